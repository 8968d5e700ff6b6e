import type { LaidFile } from '../../kit/sftp-server.js';
import { laidFiles, type LaidFilesOrder } from '../../kit/laid-files.js';
import type { Fault } from '../../kit/fault.js';
import { reportTime, type ClearedItem } from './clearing.js';

// What Alipay+ lays down for a participant, as CSV in UTF-8: what was cleared on a day, and what is settled for it.

const CURRENCY = 'USD';

/** A folder of the server: `/v1/settlements/<kind>/<participantId>/<yyyyMMdd>`, by the day on which it is made. */
export interface AlipayReportFolder {
  readonly kind: 'clearing' | 'settlement';
  readonly participantId: string;
  /** The day that it tells of, YYYY-MM-DD. */
  readonly day: string;
}

const FOLDER = /^\/(?:v1|sandbox)\/settlements\/(clearing|settlement)\/(\w+)\/(\d{4})(\d\d)(\d\d)$/;
const DAY_MS = 86_400_000;

/** The reports that a path names; undefined for another one. */
export function reportFolder(path: string): AlipayReportFolder | undefined {
  const [, kind, participantId = '', year, month, date] = FOLDER.exec(path) ?? [];
  const madeAt = Date.parse(`${year}-${month}-${date}T00:00:00Z`);
  if ((kind !== 'clearing' && kind !== 'settlement') || Number.isNaN(madeAt)) return undefined;
  return { kind, participantId, day: new Date(madeAt - DAY_MS).toISOString().slice(0, 10) };
}

/** The files of a folder, one of each report for each part of the day. */
export function reportsOf(
  { kind, participantId, day }: AlipayReportFolder,
  parts: readonly (readonly ClearedItem[])[],
  fault: Pick<Fault, 'fault'> | undefined,
): readonly LaidFile[] {
  const batch = `${day.replaceAll('-', '')}${participantId.slice(-10)}`;
  const nameOf = (report: string, sequence: number): string =>
    `${report}_${participantId}_${CURRENCY}_${batch}_${participantId.slice(-8)}_${String(sequence).padStart(3, '0')}.csv`;
  return laidFiles(fault, (order) =>
    parts.flatMap((items, index) => {
      const sequence = index + order.sequenceFrom;
      const reports =
        kind === 'clearing' ? clearingReports(items, order) : settlementReport(items, batch, day);
      return Object.entries(reports).map(([report, rows]) => ({
        name: nameOf(report, sequence),
        bytes: Buffer.from(rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('')),
      }));
    }),
  );
}

type Rows = readonly (readonly string[])[];

function clearingReports(
  items: readonly ClearedItem[],
  { addToTotal }: LaidFilesOrder,
): Record<string, Rows> {
  const net = (netOf(items) + addToTotal).toString();
  const columns = Object.keys(DETAIL) as (keyof typeof DETAIL)[];
  return {
    transactionItems: [
      ['totalCount', 'netSettlementAmountValue', 'settlementCurrency'],
      [items.length.toString(), net, CURRENCY],
      columns,
      ...items.map((item) => columns.map((column) => DETAIL[column](item))),
    ],
    transactionSummary: [
      ['transactionType', 'totalCount', 'settlementAmountValue', 'settlementCurrency'],
      ...(['PAYMENT', 'REFUND', 'CANCEL'] as const).map((type) => {
        const own = items.filter((item) => item.type === type);
        const sum = own.reduce((all, { settlement }) => all + BigInt(settlement.value), 0n);
        return [type, own.length.toString(), sum.toString(), CURRENCY];
      }),
    ],
    fee: [
      ['totalCount', 'totalFeeAmountValue', 'feeCurrency'],
      ['0', '0', CURRENCY],
    ],
  };
}

const none = (): string => '';
/** Columns of the transaction detail report, in their order. */
const DETAIL = {
  transactionId: ({ transactionId }) => transactionId,
  originalTransactionId: ({ originalTransactionId = '' }) => originalTransactionId,
  transactionRequestId: ({ requestId = '' }) => requestId,
  originalTransactionRequestId: ({ originalRequestId = '' }) => originalRequestId,
  transactionType: ({ type }) => type,
  transactionTime: ({ at }) => reportTime(at),
  transactionAmountValue: ({ amount }) => amount.value,
  transactionCurrency: ({ amount }) => amount.currency,
  settlementAmountValue: ({ settlement }) => settlement.value,
  settlementCurrency: ({ settlement }) => settlement.currency,
  quoteId: none,
  quoteCurrencyPair: none,
  quotePrice: none,
  feeAmountValue: () => '0',
  feeCurrency: () => CURRENCY,
  acquirerId: none,
  pspId: none,
  referenceMerchantId: ({ merchant = '' }) => merchant,
  referenceStoreId: none,
  paymentMethodType: () => 'CONNECT_WALLET',
} as const satisfies Record<string, (item: ClearedItem) => string>;

function settlementReport(items: readonly ClearedItem[], batch: string, day: string): Record<string, Rows> {
  const net = netOf(items).toString();
  const valueDate = new Date(Date.parse(day) + 3 * DAY_MS).toISOString().slice(0, 10);
  return {
    settlement: [
      ['totalCount', 'netSettlementAmountValue', 'settlementCurrency', 'valueDate'],
      ['1', net, CURRENCY, valueDate],
      ['clearingBatchId', 'clearingDate', 'transactionCount', 'settlementAmountValue', 'settlementCurrency'],
      [batch, day, items.length.toString(), net, CURRENCY],
    ],
  };
}

function netOf(items: readonly ClearedItem[]): bigint {
  return items.reduce((net, { type, settlement }) => {
    const minor = BigInt(settlement.value);
    return type === 'PAYMENT' ? net + minor : net - minor;
  }, 0n);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
