import type { StatementLine } from '@tonle/contracts';
import { filePlaceOf, readLayout, type FileKind, type NetworkFiles, type ReadFile } from '@tonle/network';
import { settledBy, untied, type AlipayRole } from '@tonle/network-aplus';
import { cancellationIdOf } from './returns.js';
import type { AlipaySettings } from './settings.js';

// Files on the SFTP server of Alipay+, a folder for each of our roles: what was cleared on a day, and what is settled for it.

type FileRecord = ReadFile['records'][number];

const layouts = {
  items: readLayout(new URL('./transaction-items.json', import.meta.url)),
  settlement: readLayout(new URL('./settlement.json', import.meta.url)),
};

/** The files of a day of UTC+8; summary and fee reports are kept, and not read. */
export function alipayFiles({ files, acquirerId, mppId }: AlipaySettings): NetworkFiles {
  const kindsOf = (role: AlipayRole, participantId: string): FileKind[] => [
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
  const accounts = { acquirer: acquirerId, wallet: mppId };
  return {
    utcOffsetMinutes: 480,
    place: filePlaceOf(files),
    kinds: [...kindsOf('acquirer', acquirerId), ...kindsOf('wallet', mppId)],
    keepsOthers: true,
    ties: (read) => untied(read, 'acquirer') ?? untied(read, 'wallet'),
    settled: (read, day) => settledBy(read, day, accounts),
  };
}

type Names = Pick<StatementLine, 'leg' | 'externalRef' | 'messageId'>;

/** Which way a record goes, and the id by which we know it: what came to us has it of Alipay+, what went from us of our leg. */
const NAMES: Readonly<Record<AlipayRole, Readonly<Partial<Record<string, (record: FileRecord) => Names>>>>> =
  {
    acquirer: {
      PAYMENT: ({ transactionId }) => ({ leg: 'debit', messageId: transactionId }),
      REFUND: (record) => ({ leg: 'credit', externalRef: requestOf(record) }),
    },
    wallet: {
      // Told by us, or drawn on a code that our payer showed.
      PAYMENT: (record) => ({ leg: 'credit', externalRef: requestOf(record), messageId: requestOf(record) }),
      REFUND: (record) => ({ leg: 'debit', messageId: requestOf(record) }),
      CANCEL: (record) => ({ leg: 'debit', messageId: cancellationIdOf(requestOf(record)) }),
    },
  };

function lineOf(record: FileRecord, role: AlipayRole, currency: string | undefined): StatementLine {
  const { transactionId = '', transactionType = '', transactionTime = '' } = record;
  const { settlementAmountValue: minor = '', settlementCurrency = '' } = record;
  const names = NAMES[role][transactionType]?.(record);
  if (names === undefined)
    throw new Error(`transactionType ${transactionType} of ${transactionId} is not known`);
  if (settlementCurrency !== currency)
    throw new Error(`${transactionId} is settled in ${settlementCurrency} in a file of ${currency}`);
  if (minor.startsWith('-')) throw new Error(`${transactionId} has a sign beside its type`);
  return {
    ...names,
    lineId: transactionId,
    partnerRef: names.externalRef ?? names.messageId,
    amount: { currency: settlementCurrency, minor },
    ...termsOf(record),
    ...(transactionType !== 'PAYMENT' && { refundOf: originalOf(record) }),
    status: 'booked',
    bookedAt: transactionTime,
  };
}

/** What it was before it was converted, and what Alipay+ takes for it. */
function termsOf(record: FileRecord): Pick<StatementLine, 'counter' | 'fee'> {
  const { transactionAmountValue, transactionCurrency, settlementCurrency } = record;
  const { feeAmountValue, feeCurrency = settlementCurrency } = record;
  const isConverted = transactionCurrency !== settlementCurrency;
  return {
    ...(isConverted &&
      transactionAmountValue !== undefined &&
      transactionCurrency !== undefined && {
        counter: { currency: transactionCurrency, minor: transactionAmountValue },
      }),
    ...(feeAmountValue !== undefined &&
      feeCurrency !== undefined && { fee: { currency: feeCurrency, minor: feeAmountValue } }),
  };
}

function originalOf({
  originalTransactionId,
  originalTransactionRequestId,
  transactionId,
}: FileRecord): string | undefined {
  return originalTransactionId ?? originalTransactionRequestId ?? transactionId;
}

function requestOf({ transactionId, transactionRequestId: id }: FileRecord): string {
  if (id === undefined) throw new Error(`${transactionId} has no transactionRequestId`);
  return id;
}
