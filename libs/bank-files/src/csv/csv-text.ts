// Comma-separated values as RFC 4180 has them.

/** Cells of one row, with the line on which it begins, counted from 1. */
export interface CsvCells {
  readonly line: number;
  readonly cells: readonly string[];
}

/** All rows, or where quotes do not fit. Empty lines are left out. */
export function readCsvText(text: string): readonly CsvCells[] | { readonly brokenLine: number } {
  const rows: CsvCells[] = [];
  let line = 1;
  let at = 0;
  let cells: string[] = [];
  let begins = line;
  while (at < text.length || cells.length > 0) {
    const cell = cellAt(text, at);
    if (cell === undefined) return { brokenLine: line };
    cells.push(cell.value);
    line += cell.lineBreaks;
    at = cell.end;
    if (text[at] === ',') {
      at += 1;
      continue;
    }
    const lineEnd = text.startsWith('\r\n', at) ? 2 : text[at] === '\n' ? 1 : 0;
    if (lineEnd === 0 && at < text.length) return { brokenLine: line };
    at += lineEnd;
    line += 1;
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: begins, cells });
    cells = [];
    begins = line;
  }
  return rows;
}

interface Cell {
  readonly value: string;
  readonly end: number;
  readonly lineBreaks: number;
}

/** By searches, not by one pattern: a cell of megabytes is read as any other. */
function cellAt(text: string, at: number): Cell | undefined {
  if (text[at] !== '"') {
    SPECIAL.lastIndex = at;
    const end = SPECIAL.exec(text)?.index ?? text.length;
    return { value: text.slice(at, end), end, lineBreaks: 0 };
  }
  let close = text.indexOf('"', at + 1);
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close === -1) return undefined;
  const value = text.slice(at + 1, close).replaceAll('""', '"');
  return { value, end: close + 1, lineBreaks: value.split('\n').length - 1 };
}

const SPECIAL = /[",\r\n]/g;

/** One row, with its line end. */
export function writeCsvRow(cells: readonly (string | undefined)[]): string {
  return `${cells.map((cell = '') => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}
