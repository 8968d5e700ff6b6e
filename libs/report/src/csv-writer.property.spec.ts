import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { CsvWriter, guardText } from './csv-writer.js';
import { cellText } from './report-table.js';
import { anyRow, COLUMNS, HEAD, row, written } from './report.testing.js';

/** Takes off what `guardText` put on: the one before what would be marked. */
const unguardText = (text: string): string =>
  text.startsWith("'") && guardText(text.slice(1)) === text ? text.slice(1) : text;

const csvOf = (rows: Parameters<typeof written>[1], batch?: number) =>
  written((sink) => new CsvWriter(HEAD, sink), rows, batch);

describe('CSV', () => {
  it('holds any text, and every amount exactly: another reader reads what was written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 20 }), async (rows) => {
        const [headings, ...read] = parse(await csvOf(rows), { relaxColumnCount: false }) as string[][];
        expect(headings).toEqual(['schema', ...COLUMNS.map(({ key }) => key)]);
        expect(
          read.map(([schema, reference, ...rest]) => [schema, unguardText(reference!), ...rest]),
        ).toEqual(rows.map((each) => ['R3.1', ...COLUMNS.map((column) => cellText(column, each))]));
      }),
    );
  });

  it('gives no spreadsheet a formula, and no amount a mark', async () => {
    await fc.assert(
      fc.asyncProperty(anyRow, async (each) => {
        const [, cells] = parse(await csvOf([each])) as string[][];
        const [, reference, , , amount] = cells!;
        expect(reference).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
        expect(amount).toMatch(/^-?\d+(\.\d+)?$/);
      }),
    );
  });

  it('takes its mark off again, of any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => unguardText(guardText(text)) === text));
  });

  it.each(['=cmd', '+1', '-1', '@x', '\tx', '\rx', "'=x", '＝1'])('marks %j', (text) => {
    expect(guardText(text)).toBe(`'${text}`);
  });

  it.each(['P1', 'a=1', "O'Neil", '1-2', ''])('leaves %j', (text) => {
    expect(guardText(text)).toBe(text);
  });

  it('is the same however the rows came', async () => {
    const rows = Array.from({ length: 3_000 }, (_, index) => row({ payments: index }));
    expect(await csvOf(rows, 1)).toEqual(await csvOf(rows, 999));
  });

  it('has a heading without any row', async () => {
    expect((await csvOf([])).toString()).toBe('schema,reference,currency,payments,amount,rate,at,day\n');
  });

  it('refuses a cell that is none of its column', async () => {
    await expect(csvOf([row({ amount: 1.5 })])).rejects.toThrow('column amount: number 1.5 is no amount');
    await expect(csvOf([row({ currency: 'ABC' })])).rejects.toThrow('unknown currency ABC');
    await expect(csvOf([row({ currency: null })])).rejects.toThrow('the row has no currency');
    await expect(csvOf([row({ rate: '1e3' })])).rejects.toThrow('is no rate');
  });
});
