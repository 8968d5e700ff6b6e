import { BANK_FILE_BYTES_MAX, isCurrency, isDay, isInstant, readDecimal, shown } from '../field-value.js';
import {
  ERRORS_MAX,
  refusedFile,
  type BankFileError,
  type BankFileErrorCode,
  type BankFileRefusal,
} from '../reading.js';
import { strangeSign } from '../text-signs.js';
import { readCsvText, writeCsvRow } from './csv-text.js';

// Our CSV files are rows of records: the first cell of a row says which. The first row names the kind and its version,
// the last one is END with what the rows before it add up to.

/** `FILE,<kind>,<version>` */
const VERSION = '1';

export type RecordReading =
  { readonly kind: 'rows'; readonly rows: readonly RecordRow[]; readonly text: string } | BankFileRefusal;

/** The rows of a file of this kind, the last of them END; refused when it is cut short or of another kind. */
export function readRecordFile(bytes: Uint8Array, fileKind: string): RecordReading {
  if (bytes.length > BANK_FILE_BYTES_MAX)
    return refusedFile('too_large', 'file', `${bytes.length} bytes; at most ${BANK_FILE_BYTES_MAX} are read`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refusedFile('malformed', 'file', 'is not UTF-8; save it as UTF-8 and send it again');
  }
  const strange = strangeSign(text);
  if (strange !== undefined) return strange;
  const found = readCsvText(text);
  if ('brokenLine' in found)
    return refusedFile(
      'malformed',
      `line ${found.brokenLine}`,
      'quotes do not fit: one inside of a value is doubled',
    );
  const [first, ...rest] = found;
  const [, kind, version] = first?.cells ?? [];
  if (first?.cells[0] !== 'FILE' || kind !== fileKind || version !== VERSION)
    return refusedFile('wrong_kind', 'line 1', `must be FILE,${fileKind},${VERSION}`);
  const last = rest.at(-1);
  if (last?.cells[0] !== 'END')
    return refusedFile(
      'malformed',
      `line ${last?.line ?? 1}`,
      'the last row must be END: the file is cut short',
    );
  return { kind: 'rows', rows: rest.map(({ line, cells }) => new RecordRow(line, cells)), text };
}

/** The text of a file; `end` are the cells of END, which may hold a hash of the text before it. */
export function writeRecordFile(
  fileKind: string,
  rows: readonly (readonly (string | undefined)[])[],
  end: (before: string) => readonly (string | undefined)[],
): string {
  const before = [['FILE', fileKind, VERSION], ...rows].map((cells) => writeCsvRow(cells)).join('');
  return before + writeCsvRow(['END', ...end(before)]);
}

/** One row: its cells by name. */
export class RecordRow {
  constructor(
    readonly line: number,
    private readonly cells: readonly string[],
  ) {}

  /** Which record it is. */
  get record(): string {
    return this.cells[0]!;
  }

  /** A reader of the cells after the first, by these names; what is wrong goes to `errors`. */
  named<N extends string>(names: readonly N[], errors: BankFileError[]): RecordCells<N> {
    const reader = new RecordCells<N>(this.line, this.record, names, this.cells, errors);
    if (this.cells.length !== names.length + 1)
      reader.fault(
        undefined,
        'malformed',
        `has ${this.cells.length} cells, not ${names.length + 1}: ${this.record},${names.join(',')}`,
      );
    return reader;
  }
}

/** Reads typed cells. A wrong one is told and read as something harmless: whoever asks looks at the errors before he uses it. */
class RecordCells<N extends string> {
  constructor(
    private readonly line: number,
    private readonly record: string,
    private readonly names: readonly N[],
    private readonly cells: readonly string[],
    private readonly errors: BankFileError[],
  ) {}

  fault(name: N | undefined, code: BankFileErrorCode, detail: string): void {
    const where = `line ${this.line}, ${name === undefined ? this.record : `${this.record} ${name}`}`;
    if (this.errors.length < ERRORS_MAX) this.errors.push({ code, where, detail });
  }

  private cell(name: N): string {
    return this.cells[this.names.indexOf(name) + 1] ?? '';
  }

  optional(name: N, max = 140): string | undefined {
    const text = this.cell(name);
    if ([...text].length > max) this.fault(name, 'malformed', `has more than ${max} characters`);
    return text === '' ? undefined : text;
  }

  text(name: N, max = 140): string {
    const text = this.optional(name, max);
    if (text === undefined) this.fault(name, 'malformed', 'is missing');
    return text ?? '';
  }

  oneOf<T extends string>(name: N, values: readonly T[]): T {
    const text = this.cell(name);
    const found = values.find((value) => value === text);
    if (found === undefined)
      this.fault(name, 'malformed', `is ${shown(text)}, not one of ${values.join(', ')}`);
    return found ?? values[0]!;
  }

  day(name: N): string {
    const text = this.cell(name);
    if (!isDay(text)) this.fault(name, 'date_malformed', `is ${shown(text)}, not a day YYYY-MM-DD`);
    return text;
  }

  /** A day, or an instant with its offset. */
  time(name: N, canBeDay = true): string {
    const text = this.cell(name);
    if (!isInstant(text) && !(canBeDay && isDay(text)))
      this.fault(name, 'date_malformed', `is ${shown(text)}, not an instant such as 2026-11-29T10:00:00Z`);
    return text;
  }

  currency(name: N): string {
    const text = this.cell(name);
    if (!isCurrency(text)) this.fault(name, 'currency_unknown', `${shown(text)} is no currency`);
    return text;
  }

  /** Minor units; nothing where the currency is already known to be none. */
  decimal(name: N, currency: string): bigint {
    if (!isCurrency(currency)) return 0n;
    const read = readDecimal(currency, this.cell(name));
    if (read.kind === 'ok') return read.value;
    this.fault(name, read.code, read.detail);
    return 0n;
  }

  optionalDecimal(name: N, currency: string): bigint | undefined {
    return this.cell(name) === '' ? undefined : this.decimal(name, currency);
  }

  /** A whole number that is no amount. */
  count(name: N): number {
    const text = this.cell(name);
    if (!/^\d{1,9}$/.test(text)) this.fault(name, 'malformed', `is ${shown(text)}, not a whole number`);
    return parseInt(text, 10) || 0;
  }

  optionalCount(name: N): number | undefined {
    return this.cell(name) === '' ? undefined : this.count(name);
  }

  /** Is what END says that which the rows before it make? */
  agree(name: N, code: BankFileErrorCode, stated: string, counted: string): void {
    if (stated !== counted)
      this.fault(name, code, `says ${shown(stated)}, the rows before it make ${counted}`);
  }
}
