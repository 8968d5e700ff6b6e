import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import { cellText } from './report-table.js';
import { anyRow, COLUMNS, HEAD, row, summaryOf, written } from './report.testing.js';
import { XlsxWriter } from './xlsx-writer.js';

const xlsxOf = (rows: Parameters<typeof written>[1], sheetRowsMax?: number, batch?: number) =>
  written((sink) => new XlsxWriter(HEAD, sink, sheetRowsMax), rows, batch);

const partOf = (bytes: Buffer, name: string): string => Buffer.from(unzipSync(bytes)[name]!).toString('utf8');

describe('XLSX', () => {
  it('is read by another reader: any text, and amounts of all scales as numbers, those too long for one as text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 10 }), async (rows) => {
        const [headings, ...read] = await readSheet(await xlsxOf(rows), 'Report', { trim: false });
        expect(headings).toEqual(COLUMNS.map(({ label }) => label));
        for (const [index, cells] of read.entries()) {
          const each = rows[index]!;
          const [reference, currency, payments, amount] = cells;
          expect(reference ?? '').toBe((each['reference'] as string).toWellFormed());
          expect(currency).toBe(each['currency']);
          expect(payments).toBe(each['payments']);
          const text = cellText(COLUMNS[3]!, each);
          const isLong = (each['amount'] as bigint).toString().replace(/^-/, '').length > 15;
          expect(amount).toEqual(isLong ? text : Number.parseFloat(text));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has a sheet for each section, under names that a workbook may have', async () => {
    const head = { ...HEAD, section: 'reference' };
    const rows = ['one', 'one', 'Two/2', 'TWO 2', 'cover'].map((reference, at) =>
      row({ reference, payments: at }),
    );
    const bytes = await written((sink) => new XlsxWriter(head, sink, 2), rows);
    const named = [...partOf(bytes, 'xl/workbook.xml').matchAll(/<sheet name="([^"]*)"/g)].map(
      ([, name]) => name,
    );
    expect(named).toEqual(['Cover', 'one', 'one 2', 'Two 2', 'TWO 2 2', 'cover 2']);
    const payments = await Promise.all(
      named.slice(1).map(async (name) => (await readSheet(bytes, name)).slice(1).map((cells) => cells[2])),
    );
    expect(payments).toEqual([[0], [1], [2], [3], [4]]);
  });

  it('has dates as dates, and each currency its decimals', async () => {
    const bytes = await xlsxOf([
      row(),
      row({ currency: 'VND', amount: 1_500n }),
      row({ currency: 'KWD', amount: 1n }),
    ]);
    const sheet = partOf(bytes, 'xl/worksheets/sheet2.xml');
    const styles = partOf(bytes, 'xl/styles.xml');
    const formatOf = (cell: string) => {
      const style = new RegExp(`<c r="${cell}" s="(\\d+)"`).exec(sheet)![1]!;
      const formats = [...styles.split('<cellXfs')[1]!.matchAll(/<xf numFmtId="(\d+)"/g)].map(([, id]) => id);
      return new RegExp(`numFmtId="${formats[Number(style)]}" formatCode="([^"]*)"`).exec(styles)?.[1];
    };
    expect(['D2', 'D3', 'D4', 'F2', 'G2'].map(formatOf)).toEqual([
      '#,##0.00',
      '#,##0',
      '#,##0.000',
      'yyyy\\-mm\\-dd\\ hh:mm:ss.000',
      'yyyy\\-mm\\-dd',
    ]);
    const [, first] = await readSheet(bytes, 'Report');
    // A day is a double there: this reader cuts what lacks the last bit of a millisecond.
    const readMs = (first![5] as unknown as Date).getTime();
    expect(Math.abs(readMs - Date.parse('2026-11-20T05:00:00.123Z'))).toBeLessThanOrEqual(1);
    expect(sheet).toContain('state="frozen"');
  });

  it('says on its cover what it holds, and that a cell held too much', async () => {
    const rows = [row(), row({ amount: -(10n ** 17n) })];
    const cover = (await readSheet(await xlsxOf(rows), 'Cover')).map((cells) =>
      cells.filter((cell) => cell !== null),
    );
    const { digest } = await summaryOf(rows);
    expect(cover).toContainEqual(['SHA-256 of the content', digest]);
    expect(cover).toContainEqual(['Rows', '2']);
    expect(cover).toContainEqual([
      'Amount',
      'THB',
      '2',
      '1000000000000000.00',
      '820.00',
      '-999999999999180.00',
    ]);
    expect(cover).toContainEqual(['Cells written as text: more than a cell can hold', '1']);
  });

  it('goes on in another sheet where one is full', async () => {
    const rows = Array.from({ length: 7 }, (_, index) => row({ payments: index }));
    const bytes = await xlsxOf(rows, 4);
    const paymentsOf = async (sheet: string) =>
      (await readSheet(bytes, sheet)).slice(1).map((cells) => cells[2]);
    expect(await paymentsOf('Report')).toEqual([0, 1, 2]);
    expect(await paymentsOf('Report 2')).toEqual([3, 4, 5]);
    expect(await paymentsOf('Report 3')).toEqual([6]);
  });

  it('is the same bytes however the rows came', async () => {
    const rows = Array.from({ length: 2_000 }, (_, index) => row({ payments: index }));
    expect(Buffer.compare(await xlsxOf(rows, undefined, 1), await xlsxOf(rows, undefined, 777))).toBe(0);
  });
});
