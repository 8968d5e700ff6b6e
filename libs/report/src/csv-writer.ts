import { createHash } from 'node:crypto';
import {
  cellText,
  type ByteSink,
  type ReportHead,
  type ReportRow,
  type ReportWriter,
} from './report-table.js';

/** What a spreadsheet may take for a formula, full width too; and our own mark, so that it can be taken off again. */
const FORMULA = /^['=+\-@\t\r\n＝＋－＠]/;
const QUOTED = /[",\r\n]/;
const CHUNK_CHARACTERS = 65_536;

/** A text that no spreadsheet runs. */
export function guardText(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/**
 * CSV as RFC 4180 has it, in UTF-8 without a mark, lines that end in LF: a row of headings always, and the schema first in each row.
 * Amounts are plain decimals, which are never guarded: a minus is a sign there.
 */
export class CsvWriter implements ReportWriter {
  private readonly hash = createHash('sha256');
  private readonly first: string;
  private text: string;

  constructor(
    private readonly head: ReportHead,
    private readonly sink: ByteSink,
  ) {
    this.first = `${head.report}.${head.schemaVersion}`;
    this.text = lineOf(['schema', ...head.columns.map(({ key }) => key)]);
  }

  async write(rows: readonly ReportRow[]): Promise<void> {
    const { columns } = this.head;
    for (const row of rows) {
      let line = this.first;
      for (const column of columns) {
        const text = cellText(column, row);
        line += `,${column.type === 'text' ? quoted(guardText(text)) : text}`;
      }
      this.text += `${line}\n`;
      if (this.text.length >= CHUNK_CHARACTERS) await this.flush();
    }
  }

  async end(): Promise<void> {
    await this.flush();
  }

  /** Of all that was written; once, after the end. */
  digest(): string {
    return this.hash.digest('hex');
  }

  private async flush(): Promise<void> {
    if (this.text === '') return;
    const bytes = Buffer.from(this.text, 'utf8');
    this.text = '';
    this.hash.update(bytes);
    await this.sink(bytes);
  }
}

const lineOf = (cells: readonly string[]): string => `${cells.map(quoted).join(',')}\n`;

function quoted(text: string): string {
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
