import { FileFault } from './file-fault.js';
import type { FixedWidthForm } from './file-layout.js';
import { readValue, type FileClock, type FileRecord } from './file-values.js';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BLANK = 0x20;

/**
 * Records of a file of fixed widths. Widths are bytes: a name in Chinese has two for a letter. Throws a FileFault at the
 * first thing that is not as laid out.
 */
export function readFixedWidth(
  bytes: Uint8Array,
  { columns }: FixedWidthForm,
  decode: (bytes: Uint8Array, line: number) => string,
  clock: FileClock,
): FileRecord[] {
  const width = columns.reduce((sum, { length }) => sum + length + 1, -1);
  return linesOf(bytes).map((content, index) => {
    const line = index + 1;
    if (content.length !== width) {
      const rule = content.length < width ? 'cut_short' : 'line_wrong';
      const text = `the record has ${content.length} bytes and not ${width}; ask the network for the file again`;
      throw new FileFault(rule, text, line);
    }
    const record: Record<string, string> = {};
    let at = 0;
    for (const column of columns) {
      const value = readValue(decode(content.subarray(at, at + column.length), line), column, clock, line);
      if (value !== undefined) record[column.name] = value;
      at += column.length;
      if (at < width && content[at] !== BLANK)
        throw new FileFault('line_wrong', `there is no blank after ${column.name}; compare its length`, line);
      at += 1;
    }
    return record;
  });
}

/** Lines end with LF or CRLF; what follows the last one is a line when there is anything. */
function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let from = 0; from < bytes.length;) {
    const found = bytes.indexOf(LINE_FEED, from);
    const end = found < 0 ? bytes.length : found;
    const cut = end > from && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    lines.push(bytes.subarray(from, cut));
    from = end + 1;
  }
  return lines;
}
