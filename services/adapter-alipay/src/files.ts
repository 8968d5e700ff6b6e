import type { StatementLine } from '@tonle/contracts';
import { filePlaceOf, readLayout, type FileKind, type NetworkFiles, type ReadFile } from '@tonle/network';
import type { AlipaySettings } from './settings.js';

// Files on the SFTP server of Alipay+, a folder for each of our roles: what was cleared on a day, and what is settled for it.

type FileRecord = ReadFile['records'][number];
type Role = 'acquirer' | 'wallet';

const layouts = {
  items: readLayout(new URL('./transaction-items.json', import.meta.url)),
  settlement: readLayout(new URL('./settlement.json', import.meta.url)),
};

/** The files of a day of UTC+8; summary and fee reports are kept, and not read. */
export function alipayFiles({ files, acquirerId, mppId }: AlipaySettings): NetworkFiles {
  const kindsOf = (role: Role, participantId: string): FileKind[] => [
    {
      name: `${role} transactionItems`,
      layout: layouts.items,
      values: { participantId },
      line: (record, { currency }) => lineOf(record, role, currency),
    },
    {
      name: `${role} settlement`,
      layout: layouts.settlement,
      values: { participantId },
      // On business days alone.
      optional: true,
      line: () => undefined,
    },
  ];
  return {
    utcOffsetMinutes: 480,
    place: filePlaceOf(files),
    kinds: [...kindsOf('acquirer', acquirerId), ...kindsOf('wallet', mppId)],
    keepsOthers: true,
    ties: (read) => untied(read, 'acquirer') ?? untied(read, 'wallet'),
  };
}

/**
 * A push came to us under its id, an order went from us under its own; a refund has the id of its request, and goes the other
 * way.
 */
function lineOf(record: FileRecord, role: Role, currency: string | undefined): StatementLine {
  const { transactionId = '', transactionRequestId, transactionType, transactionTime = '' } = record;
  const { settlementAmountValue: minor = '', settlementCurrency = '' } = record;
  if (transactionType !== 'PAYMENT' && transactionType !== 'REFUND')
    throw new Error(`transactionType ${transactionType} of ${transactionId} is not known`);
  if (settlementCurrency !== currency)
    throw new Error(`${transactionId} is settled in ${settlementCurrency} in a file of ${currency}`);
  if (minor.startsWith('-')) throw new Error(`${transactionId} has a sign beside its type`);
  const isIn = (role === 'acquirer') === (transactionType === 'PAYMENT');
  const ourId = isIn && role === 'acquirer' ? transactionId : transactionRequestId;
  if (ourId === undefined) throw new Error(`${transactionId} has no transactionRequestId`);
  return {
    lineId: transactionId,
    partnerRef: ourId,
    ...(isIn ? { messageId: ourId } : { externalRef: ourId }),
    leg: isIn ? 'debit' : 'credit',
    amount: { currency: settlementCurrency, minor },
    status: 'booked',
    bookedAt: transactionTime,
  };
}

/** A settlement of a cycle settles what its transactions come to; cycles of other days are not looked at. */
function untied(files: readonly ReadFile[], role: Role): string | undefined {
  const batchOf = ({ file: { series } }: ReadFile): string => series.split('_')[1] ?? '';
  const items = files.filter(({ kind }) => kind === `${role} transactionItems`);
  const settled = files.filter(({ kind }) => kind === `${role} settlement`).flatMap(({ records }) => records);
  for (const batch of new Set(items.map(batchOf))) {
    const rows = settled.filter(({ clearingBatchId }) => clearingBatchId === batch);
    if (rows.length === 0) continue;
    const own = items.filter((each) => batchOf(each) === batch).flatMap(({ records }) => records);
    const told = `${total(rows.map(({ transactionCount }) => transactionCount))} for ${total(rows.map(({ settlementAmountValue }) => settlementAmountValue))}`;
    const come = `${own.length} for ${total(own.map(signed))}`;
    if (told !== come)
      return `the settlement of ${role} cycle ${batch} has ${told}, and its transactions are ${come}; ask the network for the files again`;
  }
  return undefined;
}

function signed({ transactionType, settlementAmountValue = '0' }: FileRecord): string {
  return transactionType === 'REFUND' ? `-${settlementAmountValue}` : settlementAmountValue;
}

function total(minors: readonly (string | undefined)[]): bigint {
  return minors.reduce((sum, minor = '0') => sum + BigInt(minor), 0n);
}
