import { currency } from '@tonle/money';
import { coverLines } from './cover.js';
import {
  cellText,
  currencyOf,
  type ByteSink,
  type ReportColumn,
  type ReportHead,
  type ReportRow,
  type ReportSummary,
  type ReportWriter,
} from './report-table.js';
import { sectionOf } from './section.js';
import { wordIn } from './words.js';
import { CELL_STYLE, packageParts, SHEET_END, sheetStart, xmlText } from './xlsx-parts.js';
import { ZipStream } from './zip-stream.js';

/** A spreadsheet program holds no more rows in one sheet. */
const SHEET_ROWS_MAX = 1_048_576;
/** A double holds so many digits exactly, and cells are doubles. */
const DIGITS_MAX = 15;
/** A sheet is called by so many, some of which are left for a number. */
const NAME_CHARACTERS_MAX = 26;
const UNNAMEABLE = /[\\/?*[\]:']/g;
/** A cell holds no more characters. */
const CELL_CHARACTERS_MAX = 32_767;
const DAY_MS = 86_400_000;
/** Days from the spreadsheets' day 0 to 1970-01-01. */
const EPOCH_DAYS = 25_569;

const WIDTHS: Readonly<Record<ReportColumn['type'], number>> = {
  text: 24,
  count: 12,
  amount: 20,
  rate: 16,
  instant: 24,
  day: 12,
};

/**
 * A workbook: a cover with totals and the content's hash, then the rows under a heading that stays, in typed cells, a sheet for each
 * section. Amounts of more than 15 digits are text, and stand out: as numbers they would be wrong. It is written as rows come, and holds
 * none of them.
 */
export class XlsxWriter implements ReportWriter {
  private readonly zip: ZipStream;
  private readonly letters: readonly string[];
  private sheets = 1;
  private readonly names: string[] = [];
  private section: string | undefined;
  private row = SHEET_ROWS_MAX;
  private flagged = 0;

  /** `sheetRowsMax` is smaller in tests alone. */
  constructor(
    private readonly head: ReportHead,
    sink: ByteSink,
    private readonly sheetRowsMax = SHEET_ROWS_MAX,
  ) {
    this.zip = new ZipStream(sink);
    this.letters = head.columns.map((_, index) => lettersOf(index));
    this.row = sheetRowsMax;
  }

  async write(rows: readonly ReportRow[]): Promise<void> {
    for (const row of rows) {
      const section = sectionOf(this.head, row);
      if (this.row >= this.sheetRowsMax || section !== this.section) await this.nextSheet(section);
      this.row += 1;
      await this.zip.write(this.rowXml(row));
    }
  }

  async end(summary: ReportSummary): Promise<void> {
    if (this.sheets === 1) await this.nextSheet();
    await this.zip.write(SHEET_END);
    await this.writeCover(summary);
    for (const [name, part] of packageParts(['Cover', ...this.names])) {
      await this.zip.open(name);
      await this.zip.write(part);
    }
    await this.zip.end();
  }

  private async nextSheet(section?: string): Promise<void> {
    const { columns, language } = this.head;
    this.section = section;
    this.names.push(this.nameOf(section ?? 'Report'));
    if (this.sheets > 1) await this.zip.write(SHEET_END);
    this.sheets += 1;
    this.row = 1;
    await this.zip.open(`xl/worksheets/sheet${this.sheets}.xml`);
    await this.zip.write(
      sheetStart(
        columns.map(({ type }) => WIDTHS[type]),
        true,
      ),
    );
    const cells = columns.map(({ label }, index) =>
      textCell(`${this.letters[index]}1`, wordIn(language, label), CELL_STYLE.heading),
    );
    await this.zip.write(`<row r="1">${cells.join('')}</row>`);
  }

  /** No two sheets have one name, whatever the letter case. */
  private nameOf(section: string): string {
    const base = section.replace(UNNAMEABLE, ' ').slice(0, NAME_CHARACTERS_MAX).trim() || 'Report';
    const isTaken = (name: string) =>
      ['Cover', ...this.names].some((each) => each.toLowerCase() === name.toLowerCase());
    if (!isTaken(base)) return base;
    let number = 2;
    while (isTaken(`${base} ${number}`)) number += 1;
    return `${base} ${number}`;
  }

  private rowXml(row: ReportRow): string {
    const { columns } = this.head;
    let cells = '';
    for (let index = 0; index < columns.length; index += 1)
      cells += this.cellXml(`${this.letters[index]}${this.row}`, columns[index]!, row);
    return `<row r="${this.row}">${cells}</row>`;
  }

  private cellXml(at: string, column: ReportColumn, row: ReportRow): string {
    const text = cellText(column, row);
    if (text === '') return '';
    switch (column.type) {
      case 'text':
        if (text.length <= CELL_CHARACTERS_MAX) return textCell(at, text, CELL_STYLE.plain);
        this.flagged += 1;
        return textCell(at, `${text.slice(0, CELL_CHARACTERS_MAX - 1)}…`, CELL_STYLE.flagged);
      case 'instant':
        return numberCell(at, serialOf(Date.parse(text)), CELL_STYLE.instant);
      case 'day':
        return numberCell(at, serialOf(Date.parse(text)), CELL_STYLE.day);
      case 'count':
        return this.exactCell(at, text, CELL_STYLE.count);
      case 'rate':
        return this.exactCell(at, text, CELL_STYLE.plain);
      case 'amount':
        return this.exactCell(at, text, CELL_STYLE.amount + currency(currencyOf(column, row)).scale);
    }
  }

  private exactCell(at: string, text: string, style: number): string {
    if (digitsOf(text) <= DIGITS_MAX) return numberCell(at, text, style);
    this.flagged += 1;
    return textCell(at, text, CELL_STYLE.flagged);
  }

  private async writeCover(summary: ReportSummary): Promise<void> {
    const { language } = this.head;
    await this.zip.open('xl/worksheets/sheet1.xml');
    await this.zip.write(sheetStart([28, 24, 12, 24, 24, 24], false));
    const lines = coverLines(this.head, summary);
    if (this.flagged > 0)
      lines.push([
        wordIn(language, 'Cells written as text: more than a cell can hold'),
        this.flagged.toString(),
      ]);
    for (const [index, cells] of lines.entries()) {
      const written = cells.map((text, column) =>
        textCell(
          `${lettersOf(column)}${index + 1}`,
          text,
          column === 0 ? CELL_STYLE.heading : CELL_STYLE.plain,
        ),
      );
      await this.zip.write(`<row r="${index + 1}">${written.join('')}</row>`);
    }
    await this.zip.write(SHEET_END);
  }
}

function textCell(at: string, text: string, style: number): string {
  return `<c r="${at}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`;
}

const numberCell = (at: string, value: string, style: number): string =>
  `<c r="${at}" s="${style}"><v>${value}</v></c>`;

/** A, B, ... Z, AA. */
function lettersOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${lettersOf(Math.floor(index / 26) - 1)}${letter}`;
}

const digitsOf = (text: string): number => text.replace(/^-?0*\.?0*|\./g, '').length;

/** An instant as spreadsheets count it, in UTC: days, and parts of one, exact to the millisecond. */
const serialOf = (ms: number): string => (ms / DAY_MS + EPOCH_DAYS).toString();
