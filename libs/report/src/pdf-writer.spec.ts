import { describe, expect, it } from '@jest/globals';
import { extractText, getDocumentProxy } from 'unpdf';
import { PDF_ROWS_MAX, PdfWriter } from './pdf-writer.js';
import { HEAD, row, summaryOf, written } from './report.testing.js';
import { scriptRuns, wrapText } from './script-runs.js';

const pdfOf = (rows: Parameters<typeof written>[1], head = HEAD) =>
  written((sink) => new PdfWriter(head, sink), rows);

async function pagesOf(bytes: Buffer): Promise<string[]> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: false });
  return text;
}

describe('PDF', () => {
  it('has the totals first, its hash on every page, and says how many pages there are', async () => {
    const rows = Array.from({ length: 90 }, (_, index) => row({ payments: index, reference: `P${index}` }));
    const pages = await pagesOf(await pdfOf(rows));
    const { digest } = await summaryOf(rows);
    expect(pages.length).toBeGreaterThan(2);
    expect(pages[0]).toContain('73800.00');
    for (const [index, page] of pages.entries()) {
      expect(page).toContain(digest);
      expect(page).toContain(`Page ${index + 1} of ${pages.length}`);
      expect(page).toContain('Payments');
    }
    expect(pages.at(-1)).toContain('P89');
  });

  it('has a heading for each section, and its rows under it', async () => {
    const head = { ...HEAD, section: 'reference' };
    const rows = ['Compared', 'Compared', 'At risk'].map((reference, at) =>
      row({ reference, payments: 7_000 + at }),
    );
    const [page] = await pagesOf(await written((sink) => new PdfWriter(head, sink), rows));
    // As a heading, and in the rows.
    expect(page!.match(/Compared/g)).toHaveLength(3);
    expect(page!.match(/At risk/g)).toHaveLength(2);
    expect(page!.indexOf('7001')).toBeLessThan(page!.indexOf('At risk'));
    expect(page!.indexOf('7002')).toBeGreaterThan(page!.indexOf('At risk'));
  });

  it.each([
    ['Thai', 'ธนาคารแห่งประเทศไทย', 'NotoSansThai'],
    ['Lao', 'ທະນາຄານ ສປປ ລາວ', 'NotoSansLao'],
    ['Khmer', 'ធនាគារជាតិនៃកម្ពុជា', 'NotoSansKhmer'],
    ['Chinese', '中国人民银行 支付清算', 'NotoSansSC'],
    ['Vietnamese', 'Ngân hàng Nhà nước Việt Nam', 'NotoSans'],
  ])('embeds the font of %s, and no other text is needed to read it', async (_, text, font) => {
    const bytes = await pdfOf([row({ reference: text })]);
    expect(bytes.toString('latin1')).toMatch(new RegExp(`/BaseFont /[A-Z]{6}\\+${font}`));
    expect(
      scriptRuns(text)
        .map((run) => run.text)
        .join(''),
    ).toBe(text);
  });

  it('is the same bytes when it is written again', async () => {
    const rows = [row({ reference: 'សាច់ប្រាក់ 中国 ไทย' })];
    expect(Buffer.compare(await pdfOf(rows), await pdfOf(rows))).toBe(0);
  });

  it('speaks the language of its reader', async () => {
    const [page] = await pagesOf(await pdfOf([row()], { ...HEAD, language: 'zh' }));
    expect(page).toContain('接收方');
    expect(page).toContain('页 1 / 1');
  });

  it('leaves a table that nobody would sign to the CSV, and says so', async () => {
    const rows = Array.from({ length: PDF_ROWS_MAX + 1 }, () => row());
    const pages = await pagesOf(await pdfOf(rows));
    expect(pages).toHaveLength(1);
    expect(pages[0]).toContain('the rows are in the CSV');
    expect(pages[0]).toContain((PDF_ROWS_MAX + 1).toString());
  });

  it('shows what no font has as such, not as nothing', () => {
    expect(scriptRuns('a😀b')).toEqual([{ face: 'noto-sans-latin', text: 'a\ufffdb' }]);
  });
});

describe('a line', () => {
  const widthOf = (text: string) => [...text].length;

  it('breaks between words, also of scripts without blanks', () => {
    expect(wrapText('one two three', 8, widthOf)).toEqual(['one two', 'three']);
    const lines = wrapText('ธนาคารแห่งประเทศไทย', 10, widthOf);
    expect(lines.join('')).toBe('ธนาคารแห่งประเทศไทย');
    expect(lines.length).toBeGreaterThan(1);
  });

  it('breaks a word that is too long between its letters', () => {
    expect(wrapText('abcdefghij', 4, widthOf)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrapText('', 4, widthOf)).toEqual(['']);
  });
});
