import fc from 'fast-check';
import type { ReportColumn, ReportHead, ReportRow, ReportSummary, ReportWriter } from './report-table.js';
import type { CamtMapping } from './camt-writer.js';
import { ControlTotals } from './control-totals.js';
import { CsvWriter } from './csv-writer.js';

export const COLUMNS: readonly ReportColumn[] = [
  { key: 'reference', label: 'Payment', type: 'text' },
  { key: 'currency', label: 'Currency', type: 'text' },
  { key: 'payments', label: 'Payments', type: 'count' },
  { key: 'amount', label: 'Amount', type: 'amount', currency: 'currency' },
  { key: 'rate', label: 'Rate', type: 'rate' },
  { key: 'at', label: 'At', type: 'instant' },
  { key: 'day', label: 'Day', type: 'day' },
];

/** What an account statement has. */
export const ACCOUNT_COLUMNS: readonly ReportColumn[] = [
  ...COLUMNS,
  { key: 'line', label: 'Line', type: 'text' },
  { key: 'balance', label: 'Balance', type: 'amount', currency: 'currency', isBalance: true },
];
export const ACCOUNT_MAPPING: CamtMapping = {
  account: { id: 'POSITION:KHMEKONG:THB', currency: 'THB' },
  ...{ from: '2026-11-19T17:00:00.000Z', to: '2026-11-20T17:00:00.000Z' },
  ...{ amount: 'amount', reference: 'reference', bookedAt: 'at', valueDate: 'day', count: 'payments' },
  balances: { column: 'line', opening: 'OPENING', closing: 'CLOSING', amount: 'balance' },
};
export const HEAD: ReportHead = {
  report: 'R3',
  title: 'Payments of a window',
  schemaVersion: 1,
  receiver: 'KHMEKONG',
  facts: [{ label: 'Window', value: 'THSWITCH-THB-2026-11-20' }],
  dataUntil: '2026-11-21T00:00:00.000Z',
  language: 'en',
  columns: COLUMNS,
};

export function row(more: Partial<ReportRow> = {}): ReportRow {
  return {
    reference: 'P1',
    currency: 'THB',
    payments: 1,
    amount: 82_000n,
    rate: '0.00818040',
    at: new Date('2026-11-20T05:00:00.123Z'),
    day: '2026-11-20',
    ...more,
  };
}

/** Any row that the database could give: text of all planes, amounts of all scales and sizes, either sign. */
export const anyRow: fc.Arbitrary<ReportRow> = fc
  .record({
    reference: fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom(...nastyTexts())),
    currency: fc.constantFrom('KHR', 'THB', 'VND', 'JPY', 'KWD', 'CLF', 'USD'),
    payments: fc.nat(),
    amount: fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
  })
  // Postgres holds no NUL in a text.
  .map(({ reference, ...rest }) => row({ ...rest, reference: reference.replaceAll('\u0000', '') }));

function nastyTexts(): string[] {
  return [
    '=1+1',
    '+855',
    '-1',
    '@SUM(A1)',
    "'=x",
    '\t=1',
    '＝1',
    'a,b',
    'a"b',
    'a\r\nb',
    '_x0041_',
    '<&>',
    '',
    ' ',
  ];
}

/** The bytes that a writer makes of rows, in batches of `batch`. */
export async function written(
  make: (sink: (bytes: Uint8Array) => void) => ReportWriter,
  rows: readonly ReportRow[],
  batch = 7,
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const writer = make((bytes) => void pieces.push(bytes));
  for (let from = 0; from < rows.length; from += batch) await writer.write(rows.slice(from, from + batch));
  await writer.end(await summaryOf(rows));
  return Buffer.concat(pieces);
}

export async function summaryOf(rows: readonly ReportRow[], head = HEAD): Promise<ReportSummary> {
  const totals = new ControlTotals(head.columns);
  const csv = new CsvWriter(head, () => undefined);
  totals.add(rows);
  await csv.write(rows);
  await csv.end();
  return { rows: totals.rows, totals: totals.totals(), digest: csv.digest() };
}
