import { once } from 'node:events';
import PDFDocument from 'pdfkit';
import { PdfLayout } from './pdf-layout.js';
import { allowMissingAnchors } from './missing-anchors.js';
import { factLines, totalLines } from './cover.js';
import { fontFaces, fontName, fontOf, type FontWeight } from './pdf-fonts.js';
import {
  cellText,
  type ByteSink,
  type ReportHead,
  type ReportRow,
  type ReportSummary,
  type ReportWriter,
} from './report-table.js';
import { scriptRuns } from './script-runs.js';
import { sectionOf } from './section.js';
import { wordIn } from './words.js';

/** What people sign is short, and pages are numbered once all are there: longer tables are in the CSV. */
export const PDF_ROWS_MAX = 2_000;
const WIDE_COLUMNS = 7;
const WEIGHTS: readonly FontWeight[] = [400, 700];

/** A4 with the totals on the first page, page x of y and the content's hash under each, tagged, its fonts inside. */
export class PdfWriter implements ReportWriter {
  private readonly parts: { readonly section: string | undefined; readonly rows: string[][] }[] = [];
  private count = 0;
  private isLong = false;

  constructor(
    private readonly head: ReportHead,
    private readonly sink: ByteSink,
  ) {}

  write(rows: readonly ReportRow[]): void {
    if (this.isLong) return;
    this.count += rows.length;
    this.isLong = this.count > PDF_ROWS_MAX;
    if (this.isLong) this.parts.length = 0;
    else for (const row of rows) this.add(row);
  }

  async end(summary: ReportSummary): Promise<void> {
    const { head } = this;
    const document = new PDFDocument({
      size: 'A4',
      layout: head.columns.length >= WIDE_COLUMNS ? 'landscape' : 'portrait',
      margin: 0,
      autoFirstPage: false,
      bufferPages: true,
      pdfVersion: '1.7',
      tagged: true,
      displayTitle: true,
      lang: head.language,
      // Nothing of when and where it was made: the same content gives the same bytes.
      info: {
        Title: `${head.report} ${head.title}`,
        Creator: 'Tonle',
        CreationDate: new Date(head.dataUntil),
      },
    });
    const pieces: Buffer[] = [];
    document.on('data', (piece: Buffer) => pieces.push(piece));
    const ended = once(document, 'end');
    await this.registerFonts(document, summary);
    const layout = new PdfLayout(document, head, summary.digest);
    layout.title();
    layout.facts(factLines(head, summary));
    if (summary.totals.length > 0) await layout.totals(totalLines(head, summary));
    if (this.isLong) layout.note(wordIn(head.language, LONG));
    else if (this.parts.length === 0) await layout.table([]);
    else
      for (const { section, rows } of this.parts) {
        if (section !== undefined) layout.section(section);
        await layout.table(rows);
      }
    layout.finish();
    await ended;
    for (const piece of pieces) await this.sink(piece);
  }

  private add(row: ReportRow): void {
    const section = sectionOf(this.head, row);
    let part = this.parts.at(-1);
    if (part === undefined || part.section !== section) {
      part = { section, rows: [] };
      this.parts.push(part);
    }
    part.rows.push(this.head.columns.map((column) => cellText(column, row)));
  }

  private async registerFonts(document: PDFKit.PDFDocument, summary: ReportSummary): Promise<void> {
    const { head } = this;
    const word = (text: string) => wordIn(head.language, text);
    const texts = [
      `${head.report} ${word(head.title)} ${word('Page')} ${word('of')} ${word(LONG)} 0123456789abcdef`,
      ...head.columns.map(({ label }) => word(label)),
      ...[...factLines(head, summary), ...totalLines(head, summary)].flat(),
      ...this.parts.flatMap(({ section, rows }) => [section ?? '', ...rows.flat()]),
    ];
    const used = new Set(texts.flatMap((text) => scriptRuns(text).map(({ face }) => face)));
    // In the order of the faces, never of who came first.
    for (const face of fontFaces())
      if (used.has(face.id))
        for (const weight of WEIGHTS) {
          const font = await fontOf(face, weight);
          allowMissingAnchors(font);
          document.registerFont(fontName(face.id, weight), font);
        }
  }
}

const LONG = 'Longer than a PDF holds: the rows are in the CSV of this content';
