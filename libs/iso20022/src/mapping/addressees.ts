import type { Addressee } from '../model-parts.js';
import type { IsoMessage, IsoTree } from '../schema/tree.js';
import { pathAt, valueAt } from './shape.js';

/** Whom acmt.023 assigns is who is asked, not whom the message is to. */
const PLACES = ['GrpHdr/InstdAgt', 'CdtTrfTxInf/InstdAgt', 'TxInf/InstdAgt'].map((path) => path.split('/'));
/** A pacs.002 names the agents of the payment that it is about, in that one's direction. */
const STATUS_REPORT = 'FIToFIPmtStsRpt';
const BICS = [
  'FinInstnId/BICFI',
  'FinInstnId/BIC',
  'FIId/FinInstnId/BICFI',
  'OrgId/Id/OrgId/AnyBIC',
  'OrgId/Id/OrgId/BICOrBEI',
].map((path) => path.split('/'));
const MEMBER_IDS = ['FinInstnId/ClrSysMmbId/MmbId', 'FIId/FinInstnId/ClrSysMmbId/MmbId'].map((path) =>
  path.split('/'),
);

/** Every place that names the receiver by a code; names and addresses alone cannot be compared. */
export function addresseesOf({ document, header }: IsoMessage): Addressee[] {
  const [root = '', content] = Object.entries(document.tree)[0] ?? [];
  const places = root === STATUS_REPORT ? [] : PLACES;
  const instructed = places.flatMap((steps) => addresseeAt((content ?? {}) as IsoTree, steps, `/${root}`));
  return header === undefined ? instructed : [...addresseeAt(header.tree, ['To'], '/AppHdr'), ...instructed];
}

function addresseeAt(tree: IsoTree, steps: readonly string[], above: string): Addressee[] {
  const value = valueAt(tree, steps);
  if (value === undefined) return [];
  const bic = firstOf(value as IsoTree, BICS);
  const memberId = firstOf(value as IsoTree, MEMBER_IDS);
  if (bic === undefined && memberId === undefined) return [];
  return [{ path: above + pathAt(tree, steps), ...(bic && { bic }), ...(memberId && { memberId }) }];
}

function firstOf(tree: IsoTree, places: readonly (readonly string[])[]): string | undefined {
  const found = places.map((steps) => valueAt(tree, steps)).find((value) => value !== undefined);
  return found as string | undefined;
}
