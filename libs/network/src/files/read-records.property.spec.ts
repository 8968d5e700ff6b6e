import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { magnitude } from '@tonle/money';
import { FileFault } from './file-fault.js';
import { fileLayout, type FileLayout } from './file-layout.js';
import { readContents } from './read-records.js';

// Random files of both forms are read as they were written; with one thing broken they are refused, and it is named.

const CLOCK = { day: '2026-11-28', utcOffsetMinutes: 480 };

interface Payment {
  readonly id: string;
  readonly minor: bigint;
  readonly isRefund: boolean;
  readonly note: string;
}

const word = fc.string({
  unit: fc.constantFrom(...'abcXYZ019中文店 '),
  minLength: 1,
  maxLength: 8,
});
const payment: fc.Arbitrary<Payment> = fc.record({
  id: fc.stringMatching(/^[A-Za-z0-9]{4,12}$/),
  minor: fc.bigInt({ min: 1n, max: 999_999_999_999n }),
  isRefund: fc.boolean(),
  note: word.map((text) => text.trim()),
});
const payments = fc.array(payment, { minLength: 1, maxLength: 12 });
const lineEnd = fc.constantFrom('\n', '\r\n');

function refusal(bytes: Uint8Array, layout: FileLayout): { rule: string; line: number | undefined } {
  try {
    readContents(bytes, layout, CLOCK);
  } catch (error) {
    if (error instanceof FileFault) return { rule: error.rule, line: error.line };
    throw error;
  }
  return { rule: 'read', line: undefined };
}

const read = (bytes: Uint8Array, layout: FileLayout): Payment[] =>
  readContents(bytes, layout, CLOCK).records.map(({ id, amount, kind, note = '' }) => ({
    id: id!,
    minor: magnitude(BigInt(amount!)),
    isRefund: kind === 'REFUND',
    note,
  }));

const CSV = fileLayout.parse({
  name: 'x.csv',
  encoding: 'utf-8',
  form: {
    kind: 'csv',
    summary: [
      { name: 'totalCount', type: 'digits' },
      { name: 'net', type: 'minor' },
    ],
    detail: [
      { name: 'id' },
      { name: 'kind' },
      { name: 'amount', type: 'minor' },
      { name: 'note', optional: true },
    ],
    totals: { count: 'totalCount', sums: { net: 'amount' }, minus: { column: 'kind', values: ['REFUND'] } },
  },
});
const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const nets = (all: readonly Payment[]) =>
  all.reduce((sum, { minor, isRefund }) => (isRefund ? sum - minor : sum + minor), 0n);
const rowsOf = (all: readonly Payment[]): string[][] => [
  ['totalCount', 'net'],
  [all.length.toString(), nets(all).toString()],
  ['id', 'kind', 'amount', 'note'],
  ...all.map(({ id, minor, isRefund, note }) => [
    id,
    isRefund ? 'REFUND' : 'PAYMENT',
    minor.toString(),
    note,
  ]),
];
const csv = (rows: readonly (readonly string[])[], end = '\n') =>
  Buffer.from(rows.map((row) => row.map(quoted).join(',') + end).join(''));
/** Rows with one cell in another form. */
const with1 = (rows: string[][], row: number, cell: number, text: string) =>
  rows.map((cells, index) => (index === row ? cells.with(cell, text) : cells));

describe('a file that sums up and tells', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(payments, lineEnd, fc.boolean(), (all, end, hasMark) => {
        const bytes = Buffer.concat([Buffer.from(hasMark ? '\ufeff' : ''), csv(rowsOf(all), end)]);
        expect(read(bytes, CSV)).toEqual(all);
      }),
    );
    expect(read(csv(rowsOf([])), CSV)).toEqual([]);
  });

  type Break = (rows: string[][], at: number) => { rows: string[][]; rule: string; line?: number };
  const LAST = 3;
  const BREAKS: Readonly<Record<string, Break>> = {
    'a record is missing': (rows, at) => ({ rows: rows.toSpliced(LAST + at, 1), rule: 'count_wrong' }),
    'a record is there twice': (rows, at) => ({
      rows: [...rows, rows[LAST + at]!],
      rule: 'count_wrong',
    }),
    'an amount is another': (rows, at) => ({
      rows: with1(rows, LAST + at, 2, (BigInt(rows[LAST + at]![2]!) + 1n).toString()),
      rule: 'total_wrong',
    }),
    'the total is another': (rows) => ({
      rows: with1(rows, 1, 1, (BigInt(rows[1]![1]!) - 1n).toString()),
      rule: 'total_wrong',
    }),
    'an amount is no amount': (rows, at) => ({
      rows: with1(rows, LAST + at, 2, '10.00'),
      rule: 'value_wrong',
      line: LAST + at + 1,
    }),
    'an id is empty': (rows, at) => ({
      rows: with1(rows, LAST + at, 0, ' '),
      rule: 'value_wrong',
      line: LAST + at + 1,
    }),
    'a heading is unknown': (rows) => ({ rows: with1(rows, 2, 3, 'fee'), rule: 'column_unknown', line: 3 }),
    'a heading is missing': (rows) => ({
      rows: rows.map((cells, index) => (index < 2 ? cells : cells.toSpliced(1, 1))),
      rule: 'column_missing',
      line: 3,
    }),
    'a heading is there twice': (rows) => ({ rows: with1(rows, 2, 3, 'id'), rule: 'column_twice', line: 3 }),
    'a record has a value too few': (rows, at) => ({
      rows: rows.map((cells, index) => (index === LAST + at ? cells.slice(0, -1) : cells)),
      rule: 'cut_short',
      line: LAST + at + 1,
    }),
    'a record has a value too many': (rows, at) => ({
      rows: rows.map((cells, index) => (index === LAST + at ? [...cells, ''] : cells)),
      rule: 'line_wrong',
      line: LAST + at + 1,
    }),
    'there are no records': (rows) => ({ rows: rows.slice(0, 2), rule: 'section_missing' }),
    'there is nothing': () => ({ rows: [], rule: 'section_missing' }),
  };

  it.each(Object.entries(BREAKS))('is refused by name when %s', (_, broken) => {
    fc.assert(
      fc.property(payments, fc.nat(), lineEnd, (all, any, end) => {
        const { rows, rule, line } = broken(rowsOf(all), any % all.length);
        expect(refusal(csv(rows, end), CSV)).toEqual({ rule, line });
      }),
    );
  });

  it('is never read when it is cut anywhere before its last line', () => {
    fc.assert(
      fc.property(payments, fc.nat(), (all, any) => {
        const bytes = csv(rowsOf(all));
        const lastLine = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
        expect(refusal(bytes.subarray(0, any % lastLine), CSV).rule).not.toBe('read');
      }),
    );
  });

  it('is refused for bytes that are no text, and for a quote that is never closed', () => {
    const bytes = csv(rowsOf([{ id: 'abcd', minor: 1n, isRefund: false, note: 'x' }]));
    expect(refusal(Buffer.concat([bytes, Buffer.from([0xff])]), CSV).rule).toBe('encoding_wrong');
    expect(refusal(Buffer.concat([bytes, Buffer.from('"a,')]), CSV)).toEqual({ rule: 'cut_short', line: 5 });
  });
});

const FIXED = fileLayout.parse({
  name: 'x',
  encoding: 'gbk',
  form: {
    kind: 'fixed',
    columns: [
      { name: 'id', length: 12 },
      { name: 'kind', length: 7 },
      { name: 'amount', length: 13, type: 'credit_debit' },
      { name: 'note', length: 20, optional: true },
    ],
  },
});
const WIDTH = 12 + 1 + 7 + 1 + 13 + 1 + 20;

/** What Node cannot write: the few characters that are used, by hand. */
const GBK: Readonly<Record<string, readonly number[]>> = {
  中: [0xd6, 0xd0],
  文: [0xce, 0xc4],
  店: [0xb5, 0xea],
};
const gbk = (text: string, length: number) =>
  Buffer.from(
    [
      ...[...text].flatMap((each) => GBK[each] ?? [each.charCodeAt(0)]),
      ...' '
        .repeat(length)
        .split('')
        .map(() => 0x20),
    ].slice(0, length),
  );
const blank = Buffer.from(' ');
const recordOf = ({ id, minor, isRefund, note }: Payment): Buffer =>
  Buffer.concat([
    gbk(id, 12),
    blank,
    gbk(isRefund ? 'REFUND' : 'PAYMENT', 7),
    blank,
    gbk(`${isRefund ? 'D' : 'C'}${minor.toString().padStart(12, '0')}`, 13),
    blank,
    gbk(note, 20),
  ]);
const fixed = (records: readonly Buffer[], end = '\r\n') =>
  Buffer.concat(records.flatMap((record) => [record, Buffer.from(end)]));

describe('a file of fixed widths', () => {
  it('is read as it was written, in bytes of its encoding', () => {
    fc.assert(
      fc.property(payments, lineEnd, (all, end) => {
        expect(read(fixed(all.map(recordOf), end), FIXED)).toEqual(all);
      }),
    );
    expect(read(Buffer.alloc(0), FIXED)).toEqual([]);
  });

  const set = (record: Buffer, at: number, ...bytes: number[]) => {
    const changed = Buffer.from(record);
    changed.set(bytes, at);
    return changed;
  };
  const BREAKS: Readonly<Record<string, readonly [(record: Buffer) => Buffer, string]>> = {
    'a record is short': [(record) => record.subarray(0, WIDTH - 1), 'cut_short'],
    'a record is long': [(record) => Buffer.concat([record, blank]), 'line_wrong'],
    'a record is empty': [() => Buffer.alloc(0), 'cut_short'],
    'no blank divides': [(record) => set(record, 12, 0x30), 'line_wrong'],
    'an amount has no sign': [(record) => set(record, 21, 0x30), 'value_wrong'],
    'an amount is no number': [(record) => set(record, 25, 0x78), 'value_wrong'],
    'a character is cut in two': [(record) => set(record, 53, 0xd6), 'encoding_wrong'],
  };

  it.each(Object.entries(BREAKS))('is refused by name and line when %s', (_, [broken, rule]) => {
    fc.assert(
      fc.property(payments, fc.nat(), lineEnd, (all, any, end) => {
        const at = any % all.length;
        const records = all.map(recordOf);
        expect(refusal(fixed(records.with(at, broken(records[at]!)), end), FIXED)).toEqual({
          rule,
          line: at + 1,
        });
      }),
    );
  });
});
