import { setImmediate } from 'node:timers/promises';
import { fontName, type FontWeight } from './pdf-fonts.js';
import type { ReportColumn, ReportHead } from './report-table.js';
import { isShaped, scriptRuns, wrapText } from './script-runs.js';
import { wordIn } from './words.js';

const MARGIN = 36;
const SIZE = 7;
const TITLE_SIZE = 14;
/** Khmer letters stand below and above each other: lines need room. */
const LINE_HEIGHT = 1.5;
/** From the top of a line to the foot of its letters, as a share of their size. */
const ASCENT = 1.069;
const PADDING = 2;
const FOOTER_HEIGHT = 24;
const SECTION_ROOM = 60;
const RULE_COLOR = '#bbbbbb';
const MEASURED_SIZE = 100;
const WIDTHS_MAX = 20_000;
/** Rows that are laid out before others have a turn in this process. */
const ROWS_A_TURN = 20;

/** How much of the page's width a column gets, beside the others. */
const SHARE: Readonly<Record<ReportColumn['type'], number>> = {
  text: 14,
  count: 7,
  amount: 14,
  rate: 12,
  instant: 16,
  day: 9,
};

interface TableColumn {
  readonly label: string;
  readonly share: number;
  readonly isRight: boolean;
}

/** Puts a report on pages, from the top down. */
export class PdfLayout {
  private y = MARGIN;
  private readonly root: PDFKit.PDFStructureElement;
  private readonly widths = new Map<string, number>();

  constructor(
    private readonly document: PDFKit.PDFDocument,
    private readonly head: ReportHead,
    private readonly digest: string,
  ) {
    this.root = document.struct('Document');
    document.addStructure(this.root);
    document.addPage();
  }

  title(): void {
    const text = `${this.head.report} ${wordIn(this.head.language, this.head.title)}`;
    this.tagged('H1', () => this.line(text, MARGIN, 700, TITLE_SIZE));
    this.y += TITLE_SIZE * LINE_HEIGHT + 4;
  }

  facts(lines: readonly (readonly string[])[]): void {
    for (const [label = '', value = ''] of lines) {
      this.tagged('P', () => {
        this.line(label, MARGIN, 700, SIZE + 1);
        this.line(value, MARGIN + 150, 400, SIZE + 1);
      });
      this.y += (SIZE + 1) * LINE_HEIGHT;
    }
    this.y += 8;
  }

  async totals([headings = [], ...rows]: readonly (readonly string[])[]): Promise<void> {
    const columns = headings.map((label, index) => ({ label, share: 1, isRight: index >= 2 }));
    await this.grid(columns, rows);
    this.y += 10;
  }

  /** A heading of rows, on the next page where nothing would stand under it. */
  section(text: string): void {
    if (this.y + SECTION_ROOM > this.document.page.height - MARGIN - FOOTER_HEIGHT / 2) {
      this.document.addPage();
      this.y = MARGIN;
    }
    this.y += 6;
    this.tagged('H2', () => this.line(text, MARGIN, 700, SIZE + 2));
    this.y += (SIZE + 2) * LINE_HEIGHT + 2;
  }

  note(text: string): void {
    this.tagged('P', () => this.line(text, MARGIN, 700, SIZE + 1));
    this.y += SIZE * 2;
  }

  async table(rows: readonly (readonly string[])[]): Promise<void> {
    const columns = this.head.columns.map(({ label, type }) => ({
      label: wordIn(this.head.language, label),
      share: SHARE[type],
      isRight: type === 'amount' || type === 'count' || type === 'rate',
    }));
    await this.grid(columns, rows);
  }

  /** Numbers the pages and ends the document. */
  finish(): void {
    this.root.end();
    const { start, count } = this.document.bufferedPageRange();
    for (let page = 0; page < count; page += 1) {
      this.document.switchToPage(start + page);
      this.y = this.document.page.height - FOOTER_HEIGHT;
      const word = (text: string) => wordIn(this.head.language, text);
      this.document.markContent('Artifact', { type: 'Pagination' });
      this.line(`${this.head.report} · SHA-256 ${this.digest}`, MARGIN, 400, SIZE - 1);
      this.line(`${word('Page')} ${page + 1} ${word('of')} ${count}`, this.right - 120, 400, SIZE - 1, 120);
      this.document.endMarkedContent();
    }
    this.document.end();
  }

  private get right(): number {
    return this.document.page.width - MARGIN;
  }

  private async grid(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): Promise<void> {
    const whole = columns.reduce((sum, { share }) => sum + share, 0);
    const widths = columns.map(({ share }) => ((this.right - MARGIN) * share) / whole);
    const table = this.document.struct('Table');
    this.root.add(table);
    const labels = columns.map(({ label }) => label);
    this.row(table, labels, columns, widths, 700);
    for (const [index, cells] of rows.entries()) {
      if (index % ROWS_A_TURN === ROWS_A_TURN - 1) await setImmediate();
      this.row(table, cells, columns, widths, 400, labels);
    }
    table.end();
  }

  /** One row, on the next page under the headings when this one has no room. */
  private row(
    table: PDFKit.PDFStructureElement,
    cells: readonly string[],
    columns: readonly TableColumn[],
    widths: readonly number[],
    weight: FontWeight,
    headings?: readonly string[],
  ): void {
    const wrapped = cells.map((text, index) =>
      wrapText(text, widths[index]! - 2 * PADDING, (piece) => this.widthOf(piece, weight, SIZE)),
    );
    const height = Math.max(1, ...wrapped.map(({ length }) => length)) * SIZE * LINE_HEIGHT + PADDING;
    if (this.y + height > this.document.page.height - MARGIN - FOOTER_HEIGHT / 2) {
      this.document.addPage();
      this.y = MARGIN;
      if (headings !== undefined) this.row(table, headings, columns, widths, 700);
    }
    const tr = this.document.struct('TR');
    table.add(tr);
    let x = MARGIN;
    for (const [index, lines] of wrapped.entries()) {
      const at = x + PADDING;
      const room = widths[index]! - 2 * PADDING;
      const top = this.y;
      tr.add(
        this.document.struct(weight === 700 ? 'TH' : 'TD', {}, () => {
          for (const [number, text] of lines.entries()) {
            this.y = top + number * SIZE * LINE_HEIGHT;
            this.line(text, at, weight, SIZE, columns[index]!.isRight ? room : undefined);
          }
          this.y = top;
        }),
      );
      x += widths[index]!;
    }
    tr.end();
    this.y += height;
    this.rule();
  }

  private rule(): void {
    this.document.markContent('Artifact', { type: 'Layout' });
    const y = this.y - PADDING;
    this.document.moveTo(MARGIN, y).lineTo(this.right, y).lineWidth(0.3).stroke(RULE_COLOR);
    this.document.endMarkedContent();
  }

  private tagged(type: string, draw: () => void): void {
    this.root.add(this.document.struct(type, {}, draw));
  }

  /** One line of text at the left of `x`, or at the right of `room` beside it. */
  private line(text: string, x: number, weight: FontWeight, size: number, room?: number): void {
    if (text === '') return;
    let at = room === undefined ? x : x + room - this.widthOf(text, weight, size);
    for (const run of scriptRuns(text)) {
      this.document.font(fontName(run.face, weight)).fontSize(size).fillColor('#000000');
      this.run(run.text, at, this.y + ASCENT * size);
      at += this.document.widthOfString(run.text);
    }
  }

  /** A piece of text in the font that is set, on the line `y`: fonts differ in how high their letters are. */
  private run(text: string, x: number, y: number): void {
    const { document } = this;
    const draw = (): unknown => document.text(text, x, y, { lineBreak: false, baseline: 'alphabetic' });
    if (!isShaped(text)) return void draw();
    // What reads the text is told its letters as they are typed, not as they are drawn. It takes them to be where the mark ends:
    // that has to be before the drawing's own coordinates are gone.
    const { restore } = document;
    document.restore = () => restore.call(document.endMarkedContent());
    document.markContent('Span', { actual: text });
    draw();
    document.restore = restore;
  }

  /** Words come again and again: each is measured once. */
  private widthOf(text: string, weight: FontWeight, size: number): number {
    const key = `${weight} ${text}`;
    const known = this.widths.get(key);
    if (known !== undefined) return known * size;
    const one = scriptRuns(text).reduce(
      (sum, { face, text: piece }) =>
        sum + this.document.font(fontName(face, weight)).fontSize(MEASURED_SIZE).widthOfString(piece),
      0,
    );
    if (this.widths.size >= WIDTHS_MAX) this.widths.clear();
    this.widths.set(key, one / MEASURED_SIZE);
    return (one / MEASURED_SIZE) * size;
  }
}
