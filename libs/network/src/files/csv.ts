import { FileFault } from './file-fault.js';

/** Cells of one row, with the line on which it begins, counted from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Rows of comma-separated values (RFC 4180); empty lines are left out. Throws a FileFault where quotes do not fit. */
export function csvRows(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  const reader = new CellReader(text.startsWith('\ufeff') ? text.slice(1) : text);
  while (!reader.atEnd) {
    const { line } = reader;
    const cells = reader.row();
    if (cells.length > 1 || cells[0] !== '') rows.push({ line, cells });
  }
  return rows;
}

const PLAIN = /[^",\r\n]*/y;
const QUOTED = /"([^"]*(?:""[^"]*)*)"/y;
const LINE_END = /\r?\n/y;

class CellReader {
  line = 1;
  private at = 0;

  constructor(private readonly text: string) {}

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  row(): string[] {
    const cells = [this.cell()];
    while (this.text[this.at] === ',') {
      this.at += 1;
      cells.push(this.cell());
    }
    if (!this.atEnd && this.take(LINE_END) === undefined)
      throw new FileFault(
        'line_wrong',
        'neither a comma nor the end of the line follows a value; a quote inside of one is doubled',
        this.line,
      );
    this.line += 1;
    return cells;
  }

  private cell(): string {
    if (this.text[this.at] !== '"') return this.take(PLAIN)![0];
    const quoted = this.take(QUOTED);
    if (quoted === undefined)
      throw new FileFault(
        'cut_short',
        'a quote is never closed; ask the network for the file again',
        this.line,
      );
    this.line += quoted[0].split('\n').length - 1;
    return quoted[1]!.replaceAll('""', '"');
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text) ?? undefined;
    this.at += match?.[0].length ?? 0;
    return match;
  }
}
