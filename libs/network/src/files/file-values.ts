import { FileFault } from './file-fault.js';
import type { FileColumn } from './file-layout.js';

/** A record by its columns: texts, minor units in digits, instants in UTC. What a column leaves empty is not there. */
export type FileRecord = Readonly<Record<string, string>>;

/** Where a file's times are. */
export interface FileClock {
  /** Local day that the file tells of, YYYY-MM-DD. */
  readonly day: string;
  readonly utcOffsetMinutes: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SHOWN_MAX = 40;
/** No balance of a network has more; a figure of any length would cost without end. */
const MINOR = /^(-?)0*(\d{1,18})$/;
const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** The value of a cell; undefined when it is empty and may be. Throws a FileFault. */
export function readValue(
  raw: string,
  column: FileColumn,
  clock: FileClock,
  line: number,
): string | undefined {
  const text = raw.trim();
  if (text === '') {
    if (column.optional) return undefined;
    throw new FileFault(
      'value_wrong',
      `${column.name} is empty; ask the network for it, or make the column optional`,
      line,
    );
  }
  const value = read(text, column, clock);
  if (value !== undefined) return value;
  const shown = JSON.stringify(text.slice(0, SHOWN_MAX));
  const what = `${column.name} is ${shown}, which is no ${KINDS[column.type]}`;
  throw new FileFault('value_wrong', `${what}; ask the network for the file again`, line);
}

const KINDS: Readonly<Record<FileColumn['type'], string>> = {
  text: 'text',
  digits: 'number',
  minor: 'amount in minor units',
  credit_debit: 'amount after C or D',
  time: 'time of its format',
};

function read(text: string, { type, format = 'iso' }: FileColumn, clock: FileClock): string | undefined {
  switch (type) {
    case 'text':
      return text;
    case 'digits':
      return /^\d+$/.test(text) ? text : undefined;
    case 'minor':
      return minorOf(text);
    case 'credit_debit':
      return /^[CD]\d/.test(text) ? minorOf(`${text.startsWith('D') ? '-' : ''}${text.slice(1)}`) : undefined;
    case 'time':
      return instantOf(text, format, clock);
  }
}

function minorOf(text: string): string | undefined {
  const match = MINOR.exec(text);
  if (match === null) return undefined;
  return match[2] === '0' ? '0' : `${match[1]}${match[2]}`;
}

function instantOf(text: string, format: string, { day, utcOffsetMinutes }: FileClock): string | undefined {
  if (format === 'iso') {
    const at = ISO_INSTANT.test(text) ? Date.parse(text) : NaN;
    return Number.isNaN(at) ? undefined : new Date(at).toISOString();
  }
  if (text.length !== format.length || !/^\d+$/.test(text)) return undefined;
  const year = Number.parseInt(day.slice(0, 4), 10);
  const years = format.startsWith('yyyy') ? [''] : [year, year - 1, year + 1].map((each) => each.toString());
  const near = Date.parse(day) + DAY_MS / 2;
  const local = years
    .map((each) => localMs(`${each}${text}`))
    .filter((at) => at !== undefined)
    .sort((a, b) => Math.abs(a - near) - Math.abs(b - near))[0];
  return local === undefined ? undefined : new Date(local - utcOffsetMinutes * MINUTE_MS).toISOString();
}

/** yyyyMMddHHmmss as if it were UTC, epoch ms. */
function localMs(digits: string): number | undefined {
  const [date, time] = [digits.slice(0, 8), digits.slice(8)];
  const iso = `${date.replace(/^(....)(..)(..)$/, '$1-$2-$3')}T${time.replace(/^(..)(..)(..)$/, '$1:$2:$3')}`;
  const at = Date.parse(`${iso}Z`);
  return Number.isNaN(at) || !new Date(at).toISOString().startsWith(iso) ? undefined : at;
}
