import { describe, expect, it } from '@jest/globals';
import { checkStatement, readIso, type Notification, type Statement } from '@tonle/iso20022';
import { CamtWriter, type CamtFormat, type CamtMapping } from './camt-writer.js';
import { HEAD, row, written } from './report.testing.js';
import type { ReportColumn, ReportRow } from './report-table.js';

const MAPPING: CamtMapping = {
  account: { id: 'POSITION:KHMEKONG:THB', currency: 'THB' },
  from: '2026-11-19T17:00:00.000Z',
  to: '2026-11-20T17:00:00.000Z',
  amount: 'amount',
  reference: 'reference',
  bookedAt: 'at',
  valueDate: 'day',
  count: 'payments',
  balances: { column: 'line', opening: 'OPENING', closing: 'CLOSING', amount: 'balance' },
};
const COLUMNS: readonly ReportColumn[] = [
  ...HEAD.columns,
  { key: 'line', label: 'Line', type: 'text' },
  { key: 'balance', label: 'Balance', type: 'amount', currency: 'currency', isBalance: true },
];

const lines = (...minors: readonly bigint[]): ReportRow[] => [
  { line: 'OPENING', balance: -500n, currency: 'THB' },
  ...minors.map((minor, index) => row({ line: 'WINDOW', amount: minor, reference: `W${index}` })),
  { line: 'CLOSING', balance: minors.reduce((sum, minor) => sum + minor, -500n), currency: 'THB' },
];

const camtOf = (format: CamtFormat, rows: readonly ReportRow[], mapping = MAPPING) =>
  written((sink) => new CamtWriter({ ...HEAD, columns: COLUMNS }, format, mapping, sink), rows);

describe('camt', () => {
  it('053 is a statement that is valid and ties', async () => {
    const reading = readIso(await camtOf('camt.053', lines(-191_000n, 191_500n)));
    if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.errors));
    const statement = reading.message as Statement;
    expect(checkStatement(statement)).toEqual([]);
    expect(statement).toMatchObject({
      account: { id: 'POSITION:KHMEKONG:THB', currency: 'THB' },
      entryCount: 2,
      creditSum: '1915.00',
      debitSum: '1910.00',
      netSum: '5.00',
      netCredit: true,
    });
    expect(statement.balances.map(({ type, credit, amount: { minor } }) => [type, credit, minor])).toEqual(
      [
        ['OPBD', false, 500n],
        ['CLBD', false, 0n],
      ].map(([type, credit, minor]) => (minor === 0n ? [type, true, 0n] : [type, credit, minor])),
    );
    expect(
      statement.entries.map(({ credit, amount: { minor }, reference }) => [credit, minor, reference]),
    ).toEqual([
      [false, 191_000n, 'W0'],
      [true, 191_500n, 'W1'],
    ]);
  });

  it.each(['camt.052', 'camt.054'] as const)('%s is valid', async (format) => {
    expect(readIso(await camtOf(format, lines(100n))).kind).toBe('read');
  });

  it('054 tells each payment, under references that fit', async () => {
    const { balances: _, count: __, ...mapping } = { ...MAPPING, uetr: 'uetr', partnerReference: 'partner' };
    const uuid = '01a20056-8580-7b00-b8ee-ed94c0de9c1c';
    const uetr = '8d0e5c6a-6c1a-4d3f-9d51-0f6b5a3d7c11';
    const rows = [row({ reference: uuid, uetr, partner: 'T1' }), row({ uetr, partner: 'x'.repeat(64) })];
    const reading = readIso(await camtOf('camt.054', rows, mapping));
    if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.errors));
    expect((reading.message as Notification).entries).toMatchObject([
      { reference: uuid.replaceAll('-', ''), transactions: [{ uetr, servicerReference: 'T1' }] },
      { reference: 'P1', transactions: [{ uetr }] },
    ]);
  });

  it('has ids that are its content’s', async () => {
    const idOf = async (...minors: bigint[]) =>
      /<MsgId>(.*)<\/MsgId>/.exec((await camtOf('camt.053', lines(...minors))).toString())![1];
    expect(await idOf(100n)).toBe(await idOf(100n));
    expect(await idOf(100n)).not.toBe(await idOf(101n));
  });

  it('is not written when it does not tie, or lacks a balance', async () => {
    const [opening, entry, closing] = lines(100n) as [ReportRow, ReportRow, ReportRow];
    await expect(camtOf('camt.053', [opening, closing])).rejects.toThrow('do not add up');
    await expect(camtOf('camt.053', [opening, entry])).rejects.toThrow('no closing balance');
  });

  it('leaves lines of nothing out', async () => {
    const reading = readIso(await camtOf('camt.053', lines(0n)));
    expect(reading.kind === 'read' && (reading.message as Statement).entries).toEqual([]);
  });
});
