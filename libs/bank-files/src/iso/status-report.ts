import { writeMessage, type IsoTree } from '@tonle/iso20022';
import type {
  AcknowledgedTransfer,
  AcknowledgementReading,
  BankAcknowledgement,
} from '../acknowledgement.js';
import { refusedFile, type BankFileRefusal, type BankFileWriting } from '../reading.js';
import { each } from './credit-transfer.js';
import { readTree } from './iso-file.js';

// pacs.002 and pain.002: a bank's answer to a whole file, and to transfers of it.

interface StatusReport {
  readonly version: string;
  readonly root: string;
  /** What it answers. */
  readonly original: string;
  /** Details stand below payment information. */
  readonly isPain: boolean;
}

const REPORTS: Readonly<Record<'pacs.002' | 'pain.002', StatusReport>> = {
  'pacs.002': {
    version: 'pacs.002.001.10',
    root: 'FIToFIPmtStsRpt',
    original: 'pacs.009.001.08',
    isPain: false,
  },
  'pain.002': {
    version: 'pain.002.001.03',
    root: 'CstmrPmtStsRpt',
    original: 'pain.001.001.03',
    isPain: true,
  },
};

const STATUSES: Readonly<Record<string, BankAcknowledgement['status']>> = {
  ACTC: 'accepted',
  ACCP: 'accepted',
  ACSP: 'accepted',
  ACWC: 'accepted',
  ACFC: 'accepted',
  ACSC: 'accepted',
  ACCC: 'accepted',
  RCVD: 'pending',
  PDNG: 'pending',
  PART: 'partly_accepted',
  RJCT: 'rejected',
};
const WRITTEN: Readonly<Record<BankAcknowledgement['status'], string>> = {
  accepted: 'ACSP',
  pending: 'PDNG',
  partly_accepted: 'PART',
  rejected: 'RJCT',
};
const TEXT_MAX = 105;

/** Any version that there is a table for. */
export function readStatusReport(bytes: Uint8Array, format: keyof typeof REPORTS): AcknowledgementReading {
  const reading = readTree(bytes, `${format}.`);
  if (reading.kind === 'refused') return reading;
  const { tree } = reading;
  const header = tree.GrpHdr as IsoTree;
  const groups = each(tree.OrgnlGrpInfAndSts);
  const [group] = groups;
  if (group === undefined || groups.length > 1)
    return refusedFile('malformed', 'OrgnlGrpInfAndSts', 'must answer one instruction');
  const details = [tree, ...each(tree.OrgnlPmtInfAndSts)].flatMap(({ TxInfAndSts }) => each(TxInfAndSts));
  const transfers = details.map(transferOf);
  const wrong = transfers.find((each): each is BankFileRefusal => 'kind' in each);
  if (wrong !== undefined) return wrong;
  const told = transfers as AcknowledgedTransfer[];
  const status = group.GrpSts === undefined ? statusOf(told) : STATUSES[group.GrpSts as string];
  if (status === undefined)
    return refusedFile('malformed', 'OrgnlGrpInfAndSts/GrpSts', `says nothing of the instruction as a whole`);
  const acknowledgement = {
    messageId: header.MsgId as string,
    createdAt: header.CreDtTm as string,
    originalMessageId: group.OrgnlMsgId as string,
    status,
    ...reasonOf(group),
    transfers: told,
  };
  return { kind: 'read', acknowledgement };
}

function transferOf(detail: IsoTree, index: number): AcknowledgedTransfer | BankFileRefusal {
  const where = `TxInfAndSts[${index + 1}]`;
  const status = STATUSES[detail.TxSts as string];
  if (status === undefined || status === 'partly_accepted')
    return refusedFile('malformed', `${where}/TxSts`, 'is no status of one transfer');
  if (detail.OrgnlEndToEndId === undefined)
    return refusedFile('malformed', where, 'does not name its transfer by OrgnlEndToEndId');
  return { endToEndId: detail.OrgnlEndToEndId as string, status, ...reasonOf(detail) };
}

/** Where the bank says nothing of the whole: what its transfers have in common. */
function statusOf(transfers: readonly AcknowledgedTransfer[]): BankAcknowledgement['status'] | undefined {
  const [first, ...others] = new Set(transfers.map(({ status }) => status));
  return others.length > 0 ? 'partly_accepted' : first;
}

function reasonOf(answer: IsoTree): { readonly reason?: string; readonly detail?: string } {
  const [information] = each(answer.StsRsnInf);
  if (information === undefined) return {};
  const { Rsn, AddtlInf } = information;
  const { Cd, Prtry } = (Rsn ?? {}) as IsoTree;
  const reason = (Cd ?? Prtry) as string | undefined;
  const detail = (each(AddtlInf) as unknown as string[]).join(' ');
  return { ...(reason !== undefined && { reason }), ...(detail !== '' && { detail }) };
}

/** pacs.002.001.10 or pain.002.001.03. */
export function writeStatusReport(
  acknowledgement: BankAcknowledgement,
  format: keyof typeof REPORTS,
): BankFileWriting {
  const { version, root, original, isPain } = REPORTS[format];
  const { messageId, createdAt, originalMessageId, status, transfers } = acknowledgement;
  const details = transfers.map((transfer) => ({
    OrgnlEndToEndId: transfer.endToEndId,
    TxSts: WRITTEN[transfer.status],
    ...reasonTree(transfer),
  }));
  const group = {
    OrgnlMsgId: originalMessageId,
    OrgnlMsgNmId: original,
    GrpSts: WRITTEN[status],
    ...reasonTree(acknowledgement),
  };
  const below = isPain
    ? {
        OrgnlPmtInfAndSts: details.map((one) => ({ OrgnlPmtInfId: one.OrgnlEndToEndId, TxInfAndSts: [one] })),
      }
    : { TxInfAndSts: details };
  const report: IsoTree = {
    GrpHdr: { MsgId: messageId, CreDtTm: createdAt },
    OrgnlGrpInfAndSts: isPain ? group : [group],
    ...(details.length > 0 && below),
  };
  try {
    const xml = writeMessage({ document: { version, tree: { [root]: report } } });
    return { kind: 'written', bytes: Buffer.from(xml) };
  } catch (error) {
    return refusedFile('unwritable', messageId, error instanceof Error ? error.message : String(error));
  }
}

/** A reason that is no ISO code is the bank's own. */
function reasonTree({ reason, detail }: { readonly reason?: string; readonly detail?: string }): IsoTree {
  if (reason === undefined && detail === undefined) return {};
  const code: IsoTree = /^[A-Z0-9]{4}$/.test(reason ?? '') ? { Cd: reason } : { Prtry: reason };
  const texts = detail === undefined ? [] : (detail.match(new RegExp(`[^]{1,${TEXT_MAX}}`, 'gu')) ?? []);
  return {
    StsRsnInf: [{ ...(reason !== undefined && { Rsn: code }), ...(texts.length > 0 && { AddtlInf: texts }) }],
  };
}
