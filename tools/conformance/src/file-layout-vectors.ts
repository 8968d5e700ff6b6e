import { fileLayout, folderOf, readFileName, readContents } from '@tonle/network';
import { compare, readData, type CaseResult } from './suite.js';

// Layouts of settlement files: where the columns of a record stand, what names of files say, and which folder has them.

const FILE = 'partners/settlement-layouts.json';
const CLOCK = { day: '2026-11-28', utcOffsetMinutes: 480 };

interface LayoutData {
  readonly unionpayAcp?: {
    readonly ZM?: FixedTable;
    readonly ZME?: FixedTable;
    readonly files?: Readonly<Record<string, string>>;
  };
  readonly alipayplus?: {
    readonly directories?: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, unknown>>;
  };
}

interface FixedTable {
  readonly lengths: readonly number[];
  readonly columns?: readonly { readonly name: string; readonly start: number; readonly length: number }[];
}

/** All that the file tells of layouts that the engine reads. */
export function* runFileLayouts(folder: string): Generator<CaseResult> {
  const { unionpayAcp = {}, alipayplus = {} } = (readData(folder, FILE) ?? {}) as LayoutData;
  for (const table of ['ZM', 'ZME'] as const) yield* runTable(table, unionpayAcp[table]);
  for (const pattern of Object.keys(unionpayAcp.files ?? {}))
    yield runName(`unionpayAcp ${pattern}`, pattern);
  for (const name of ['transactionDetail', 'settlement']) {
    const pattern = alipayplus.files?.[name];
    if (typeof pattern === 'string') yield runName(`alipayplus ${name}`, pattern);
  }
  for (const name of ['clearing', 'settlement']) {
    const pattern = alipayplus.directories?.[name];
    if (pattern !== undefined) yield runFolder(`alipayplus ${name}`, pattern);
  }
}

/** A record with another text in each column is taken apart: each is where the table says, one blank after the one before. */
function* runTable(table: string, given: FixedTable | undefined): Generator<CaseResult> {
  if (given === undefined) return;
  const { lengths, columns = [] } = given;
  const texts = lengths.map((length, index) => String(index).padEnd(length, '-').slice(0, length));
  const line = texts.join(' ');
  const layout = fileLayout.parse({
    name: table,
    encoding: 'gbk',
    form: { kind: 'fixed', columns: lengths.map((length, index) => ({ name: `c${index}`, length })) },
  });
  const {
    records: [record = {}],
  } = readContents(Buffer.from(`${line}\r\n`), layout, CLOCK);
  const whole = compare(FILE, table, texts, Object.values(record));
  yield { file: FILE, id: `${table} record`, disagreements: whole };
  for (const [index, { name, start, length }] of columns.entries()) {
    const id = `${table} ${name}`;
    const expected = line.slice(start - 1, start - 1 + length);
    yield { file: FILE, id, disagreements: compare(FILE, id, expected, record[`c${index}`]) };
  }
}

/** Places of the data's names as our layouts write them. */
const PLACES: Readonly<Record<string, string>> = {
  '<yyMMdd>': '<day:yyMMdd>',
  '<nn>': '<sequence:2>',
  '<seq>': '<sequence:3>',
  '<settlementCurrency>': '<currency>',
  '<yyyyMMdd>': '<day:yyyyMMdd>',
};
/** What stands at a place in an example of ours. */
const EXAMPLES: Readonly<Record<string, string>> = {
  '<yyMMdd>': '261128',
  '<nn>': '01',
  '<seq>': '001',
  '<settlementCurrency>': 'USD',
  '<yyyyMMdd>': '20261128',
};

function filled(
  pattern: string,
  by: Readonly<Record<string, string>>,
  other: (place: string) => string,
): string {
  return pattern.replaceAll(/<\w+>/g, (place) => by[place] ?? other(place));
}

function runName(id: string, pattern: string): CaseResult {
  const name = filled(pattern, EXAMPLES, (place) => place.slice(1, -1));
  const read = readFileName(name, { name: filled(pattern, PLACES, (place) => place) }, {});
  const expected = {
    name,
    sequence: 1,
    ...(pattern.includes('<yyMMdd>') && { day: '2026-11-28' }),
    ...(pattern.includes('<settlementCurrency>') && { currency: 'USD' }),
  };
  return { file: FILE, id, disagreements: compare(FILE, id, expected, read) };
}

function runFolder(id: string, pattern: string): CaseResult {
  const values = { participantId: '1020' };
  const got = folderOf({ folder: filled(pattern, PLACES, (place) => place) }, CLOCK.day, values);
  const expected = filled(pattern, EXAMPLES, (place) => values[place.slice(1, -1) as 'participantId']);
  return { file: FILE, id, disagreements: compare(FILE, id, expected, got) };
}
