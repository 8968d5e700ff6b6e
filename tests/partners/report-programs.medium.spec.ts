// What reports are written as, read by the programs that people have: a spreadsheet program, xmllint by the schemas, poppler's
// readers of PDF. Debian's packages are installed where they are missing.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CamtWriter,
  cellText,
  CsvWriter,
  PdfWriter,
  REPORT_LANGUAGES,
  XlsxWriter,
  type ReportRow,
} from '@tonle/report';
import fc from 'fast-check';
import {
  ACCOUNT_COLUMNS,
  ACCOUNT_MAPPING,
  anyRow,
  COLUMNS,
  HEAD,
  row,
  summaryOf,
  written,
} from '../../libs/report/src/report.testing.js';
import { wordIn } from '../../libs/report/src/words.js';

import { schemaTextOf } from '../../libs/iso20022/src/schema/xsd.testing.js';
import { needPrograms } from '../world/programs.js';

const INSTALL_MS = 600_000;
const ENVIRONMENT = { ...process.env, LC_ALL: 'C.UTF-8' };
let folder: string;

beforeAll(async () => {
  await needPrograms({ ssconvert: 'gnumeric', xmllint: 'libxml2-utils', pdftotext: 'poppler-utils' });
  folder = await mkdtemp(join(tmpdir(), 'report-programs-'));
}, INSTALL_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a program over a file of these bytes: what it writes. It fails when the program does. */
async function told(
  program: string,
  args: readonly string[],
  name: string,
  bytes: Uint8Array,
): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, bytes);
  const named = args.map((arg) => (arg === 'FILE' ? file : arg));
  const { status, stdout, stderr, error } = spawnSync(program, named, { encoding: 'utf8', env: ENVIRONMENT });
  expect({ error, status, stderr }).toMatchObject({ error: undefined, status: 0 });
  return stdout;
}

/** Between cells: in no text of ours. */
const MARK = '\u0001';

/** The cells of a sheet as the spreadsheet program has them, `raw` or as they are shown; a formula would be its result. */
async function cellsOf(name: string, bytes: Uint8Array, sheet: string, format = 'raw'): Promise<string[][]> {
  const form = `separator='${MARK}' quoting-mode=never format=${format} eol=unix sheet='${sheet}'`;
  const args = ['--recalc', '-T', 'Gnumeric_stf:stf_assistant', '-O', form, 'FILE', 'fd://1'];
  const text = await told('ssconvert', args, name, bytes);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(MARK));
}

/** Any rows, whose texts have no line breaks, so that a line is a row, nor what Excel alone reads as the code of a character. */
const rows = fc.sample(anyRow, 200).map((each) => {
  const text = (each['reference'] as string).toWellFormed();
  return { ...each, reference: text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\ufffe\uffff]|_x/gu, '_') } as ReportRow;
});
const AMOUNT = COLUMNS.find(({ key }) => key === 'amount')!;
/** Digits that a spreadsheet's number holds. */
const CELL_DIGITS = 15;

describe('a spreadsheet program', () => {
  it('reads a workbook: every text as it was, every amount as its number', async () => {
    const book = await written((sink) => new XlsxWriter(HEAD, sink), rows);
    const [headings, ...read] = await cellsOf('rows.xlsx', book, 'Report');
    expect(headings).toEqual(COLUMNS.map(({ label }) => label));
    expect(read).toHaveLength(rows.length);
    for (const [index, [reference, currency, payments, amount]] of read.entries()) {
      const each = rows[index]!;
      const text = cellText(AMOUNT, each);
      expect([reference, currency, payments]).toEqual([
        each['reference'],
        each['currency'],
        `${each['payments']}`,
      ]);
      if (text.replaceAll(/\D/g, '').replace(/^0+/, '').length > CELL_DIGITS) expect(amount).toBe(text);
      else expect(Number.parseFloat(amount!)).toBe(Number.parseFloat(text));
    }
  });

  it('shows amounts with the decimals of their currencies, and times as times', async () => {
    const shown = [row(), row({ currency: 'VND', amount: -1_500n }), row({ currency: 'KWD', amount: 1n })];
    const book = await written((sink) => new XlsxWriter(HEAD, sink), shown);
    const [, ...read] = await cellsOf('shown.xlsx', book, 'Report', 'preserve');
    expect(read.map((cells) => cells[3])).toEqual(['820.00', '\u22121,500', '0.001']);
    expect(read[0]!.slice(5)).toEqual(['2026-11-20 05:00:00.123', '2026-11-20']);
  });

  it('reads the totals on the cover', async () => {
    const book = await written((sink) => new XlsxWriter(HEAD, sink), rows);
    const { totals, digest } = await summaryOf(rows);
    const cover = (await cellsOf('cover.xlsx', book, 'Cover')).map((cells) =>
      cells.filter((cell) => cell !== ''),
    );
    expect(cover).toContainEqual(['SHA-256 of the content', digest]);
    expect(totals.length).toBeGreaterThan(1);
    for (const { currency, count, debit, credit, net } of totals)
      expect(cover).toContainEqual(['Amount', currency, `${count}`, debit, credit, net]);
  });

  it('computes nothing out of a text of the CSV', async () => {
    const texts = ['=1+1', '+855', '-1', '@SUM(A1)', '=HYPERLINK("file:///etc/passwd")', '＝1', "'=1+1"];
    const csv = await written(
      (sink) => new CsvWriter(HEAD, sink),
      texts.map((reference) => row({ reference })),
    );
    const [, ...read] = await cellsOf('texts.csv', csv, 'texts.csv');
    // Our mark says that it is a text, and is taken for that.
    expect(read.map(([, reference]) => reference)).toEqual(texts);
  });
});

describe('xmllint', () => {
  it.each(['camt.052', 'camt.053', 'camt.054'] as const)('takes a %s by its schema', async (format) => {
    const lines = [
      { line: 'OPENING', balance: 0n, currency: 'THB' },
      row({ line: 'WINDOW', amount: -700n, reference: 'W1 & <ธนา>' }),
      { line: 'CLOSING', balance: -700n, currency: 'THB' },
    ];
    const head = { ...HEAD, columns: ACCOUNT_COLUMNS };
    const xml = await written((sink) => new CamtWriter(head, format, ACCOUNT_MAPPING, sink), lines);
    const [, version] = /xmlns="urn:iso:std:iso:20022:tech:xsd:([^"]+)"/.exec(xml.toString())!;
    const schema = join(folder, `${version}.xsd`);
    await writeFile(schema, schemaTextOf(version!));
    const args = ['--noout', '--nonet', '--schema', schema, 'FILE'];
    await told('xmllint', args, `${format}.xml`, xml);
    const spoilt = Buffer.from(xml.toString().replace('</Id>', '</Id><Id/>'));
    await expect(told('xmllint', args, `spoilt-${format}.xml`, spoilt)).rejects.toThrow('status');
  });
});

describe('readers of PDF', () => {
  const many = Array.from({ length: 90 }, (_, index) =>
    row({ payments: index, reference: `P${index} ธนาคาร 银行` }),
  );

  it.each(REPORT_LANGUAGES)(
    'find pages, totals, rows and words of %s where they are, and all fonts',
    async (language) => {
      const head = { ...HEAD, language };
      const word = (text: string): string => asRead(wordIn(language, text));
      const pdf = await written((sink) => new PdfWriter(head, sink), many);
      const pages = (await told('pdftotext', ['-layout', 'FILE', '-'], `${language}.pdf`, pdf))
        .split('\f')
        .slice(0, -1);
      expect(pages.length).toBeGreaterThan(2);
      for (const [index, page] of pages.entries())
        expect(asRead(page)).toContain(asRead(`${word('Page')} ${index + 1} ${word('of')} ${pages.length}`));
      const lines = pages.flatMap((page) => page.split('\n').map(asRead));
      expect(lines[0]).toBe(asRead(`R3 ${word(HEAD.title)}`));
      expect(lines).toContain(asRead(`${word('Window')} THSWITCH-THB-2026-11-20`));
      expect(lines).toContain(asRead(`${word('Amount')} THB 90 0.00 73800.00 73800.00`));
      expect(lines).toContain(asRead(COLUMNS.map(({ label }) => word(label)).join('')));
      for (const { reference, payments } of many)
        expect(lines).toContain(
          asRead(`${reference} THB ${payments} 820.00 0.00818040 2026-11-20T05:00:00.123Z 2026-11-20`),
        );
      const fonts = (await told('pdffonts', ['FILE'], `${language}.pdf`, pdf)).trim().split('\n').slice(2);
      expect(fonts.length).toBeGreaterThan(2);
      // Embedded, a subset, with what its letters are.
      for (const font of fonts) expect(font).toMatch(/ yes +yes +yes +\d+ +\d+$/);
    },
  );
});

/** Blanks are where letters stand apart. */
const asRead = (text: string): string => text.normalize('NFC').replaceAll(/\s/g, '');
