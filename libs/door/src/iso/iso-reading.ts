import { readIso, type CanonicalMessage } from '@tonle/iso20022';
import { textFault, type Reason } from '@tonle/contracts';
import type { RawMessage, Unreadable } from '../dialect.js';
import type { IsoAsked } from './iso-usage.js';

/** The families that are read at a door, and what each is read as. */
const KIND_OF = {
  'pacs.008': 'payment',
  'pacs.028': 'status_request',
  'pacs.002': 'status',
  'pacs.004': 'return',
  'acmt.023': 'proxy_request',
  'camt.056': 'recall',
  'camt.029': 'recall_reply',
} as const satisfies Record<string, CanonicalMessage['kind']>;

type ReadFamily = keyof typeof KIND_OF;

/** Families that a dialect speaks; recalls are asked and answered beside it. */
export type IsoFamily = Exclude<ReadFamily, 'camt.056' | 'camt.029'>;

/** Families that tell something of a payment of ours, and ask nothing. */
export type IsoCallBackFamily = 'pacs.002' | 'pacs.004';
const CALL_BACKS: ReadonlySet<ReadFamily> = new Set<IsoCallBackFamily>(['pacs.002', 'pacs.004']);

/**
 * Reads a message of one family in a version that is spoken; whatever else it is, it is unreadable here. Texts are as
 * every stage can carry them, but in a call-back: what it says is made so, since it is evidence.
 */
export function readFamily(
  message: RawMessage,
  family: ReadFamily,
  isSpoken: (version: string) => boolean,
): IsoAsked | Unreadable {
  const reading = readIso(message.bytes, {
    ...(CALL_BACKS.has(family) ? {} : { textFault }),
    tellUnheld: family === 'pacs.008' || family === 'pacs.028',
    tellAddressees: true,
  });
  const ofFamily = reading.version?.startsWith(`${family}.`) === true;
  if (reading.kind === 'read' && ofFamily && isSpoken(reading.version)) {
    const { message: content, version, header, headerVersion, unheld = [], addressees = [] } = reading;
    if (content.kind !== KIND_OF[family]) throw new Error(`a ${family} was read as something else`);
    return { ...message, message: content, version, header, headerVersion, unheld, addressees };
  }
  const errors = reading.kind === 'refused' ? reading.errors : [];
  const otherMessage = reading.kind === 'read' || (reading.version !== undefined && !ofFamily);
  const reason = reasonOf(otherMessage, errors);
  const reference = referenceIn(message.bytes);
  return {
    kind: 'unreadable',
    reason,
    version: reading.version,
    errors,
    ...(reference === undefined ? {} : { reference }),
  };
}

/** Errors below the schema: the bytes are no XML that is read here. */
const NO_XML =
  /well_formed|doctype|encoding|entity|comment|cdata|instruction|^too_(large|deep|many_elements|many_attributes)$/;

function reasonOf(otherMessage: boolean, errors: readonly { readonly code: string }[]): Reason {
  const codes = errors.map(({ code }) => code);
  if (otherMessage || codes.some((code) => /unknown_message|no_document|unsupported/.test(code)))
    return 'unknown_message';
  return codes.some((code) => NO_XML.test(code)) ? 'malformed_xml' : 'schema_invalid';
}

/** The message id of something that could not be read, when it can be made out: it helps its sender. */
function referenceIn(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 8_192)).toString(
    'latin1',
  );
  return /<(?:\w+:)?(?:MsgId|BizMsgIdr)>\s*([A-Za-z0-9/?:().,'+ -]{1,35}?)\s*</.exec(head)?.[1];
}
