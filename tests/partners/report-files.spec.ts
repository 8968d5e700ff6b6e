// What reports are written as is read by programs that are not ours: libxml2 by the schemas of ISO 20022 (sets from elsewhere where
// TONLE_CONFORMANCE_DATA names their folder), pdf.js, and a reader of workbooks.
import { afterAll, describe, expect, it } from '@jest/globals';
import { CamtWriter, PdfWriter, REPORT_LANGUAGES, XlsxWriter } from '@tonle/report';
import fc from 'fast-check';
import type { XsdValidator } from 'libxml2-wasm';
import { readSheet } from 'read-excel-file/node';
import { extractText, getDocumentProxy } from 'unpdf';
import { schemaRefusal, validatorFor } from '../../libs/iso20022/src/schema/xsd.testing.js';
import {
  ACCOUNT_COLUMNS,
  ACCOUNT_MAPPING,
  anyRow,
  COLUMNS,
  HEAD,
  row,
  written,
} from '../../libs/report/src/report.testing.js';
import { wordIn } from '../../libs/report/src/words.js';

const validators = new Map<string, XsdValidator>();
afterAll(() => {
  for (const validator of validators.values()) validator.dispose();
});

/** What libxml2 has against a message, by the schema of its own namespace; undefined: nothing. */
function objection(xml: Buffer): string | undefined {
  const [, version] = /xmlns="urn:iso:std:iso:20022:tech:xsd:([^"]+)"/.exec(xml.toString())!;
  const validator = validators.get(version!) ?? validatorFor(version!);
  validators.set(version!, validator);
  return schemaRefusal(validator, xml);
}

const minors = fc.array(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), { minLength: 1, maxLength: 5 });

describe('files of reports', () => {
  it.each(['camt.052', 'camt.053', 'camt.054'] as const)('%s are valid by the schema', async (format) => {
    await fc.assert(
      fc.asyncProperty(minors, fc.bigInt({ min: -500n, max: 500n }), async (moved, opening) => {
        const rows = [
          { line: 'OPENING', balance: opening, currency: 'THB' },
          ...moved.map((amount, index) => row({ line: 'WINDOW', amount, reference: `W${index} & <ธนา>` })),
          { line: 'CLOSING', balance: moved.reduce((sum, each) => sum + each, opening), currency: 'THB' },
        ];
        const head = { ...HEAD, columns: ACCOUNT_COLUMNS };
        const xml = await written((sink) => new CamtWriter(head, format, ACCOUNT_MAPPING, sink), rows);
        expect(objection(xml)).toBeUndefined();
        expect(objection(Buffer.from(xml.toString().replace('</Id>', '</Id><Id/>')))).toBeDefined();
      }),
      { numRuns: 25 },
    );
  });

  it.each(REPORT_LANGUAGES)('PDF in %s is read with its labels', async (language) => {
    const bytes = await written((sink) => new PdfWriter({ ...HEAD, language }, sink), [row()]);
    const { text } = await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: true });
    const read = bare(text);
    for (const label of [HEAD.title, ...COLUMNS.map((column) => column.label)]) {
      const word = bare(wordIn(language, label));
      for (const part of language === 'km' ? word : [word]) expect(read).toContain(part);
    }
    if (language !== 'en') expect(read).not.toContain(bare(HEAD.title));
    expect(read).toContain('820.00');
  });

  it.each(REPORT_LANGUAGES)('XLSX in %s is read with its headings and its rows', async (language) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 5 }), async (rows) => {
        const bytes = await written((sink) => new XlsxWriter({ ...HEAD, language }, sink), rows);
        const [headings, ...read] = await readSheet(bytes, wordIn(language, 'Report'));
        expect(headings).toEqual(COLUMNS.map(({ label }) => wordIn(language, label)));
        expect(read).toHaveLength(rows.length);
      }),
      { numRuns: 10 },
    );
  });
});

/**
 * As programs read it: lines break where there is room, also within words, and a vowel that is drawn as two (sara am) comes as both. Khmer comes
 * in the order in which it is drawn, which is not that in which it is written: there its letters are looked for.
 */
const bare = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\s\u200b\u0e4d\u0ecd]/g, '')
    .replace(/([\u0e32\u0eb2])+/g, '$1');
