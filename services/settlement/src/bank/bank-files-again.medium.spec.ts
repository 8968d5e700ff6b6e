import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BankFileLine, BankFileStatement } from '@tonle/bank-files';
import { prefundReference } from '@tonle/directory';
import { BankWorld, lineOf, OPERATOR, statementBytes } from './bank.testing.js';
import { findFile } from './bank.view.js';
import { schemeAccount } from './settlement-bank.js';
import type { StatementTaken } from './statement-taking.service.js';

// Real: PostgreSQL, windows, instructions, entries. Files that come again, and files that correct others. The bank is scripted.

const [E1, E2] = ['THSETTLE-THB-1-1', 'THSETTLE-THB-1-2'];
const DAY = '2026-11-27';
const NEXT = '2026-11-30';
const LINES = [
  lineOf('1', 191_000n, E1),
  lineOf('2', -191_000n, E2),
  lineOf('3', 700n, prefundReference('FXNAGA')),
];

let world: BankWorld;
beforeEach(async () => {
  world = await BankWorld.start('bank_again');
  await world.banks.fetching.run();
  await world.instruct(191_000n);
  // Statements of all these days may have come.
  world.platform.clock.set(Date.parse('2026-12-01T06:05:00+07:00'));
});
afterEach(() => world.close());

const sumOf = (lines: readonly BankFileLine[]) =>
  lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
const statement = (
  id: string,
  lines: readonly BankFileLine[],
  more: Partial<BankFileStatement> = {},
): Uint8Array =>
  statementBytes({
    ...{ kind: 'statement', id, number: 1, from: DAY, to: DAY, lines },
    ...{ openingMinor: 0n, closingMinor: sumOf(lines), ...more },
  });
const take = (bytes: Uint8Array, format: 'camt.053' | 'camt.054' = 'camt.053'): Promise<StatementTaken> => {
  const account = schemeAccount(world.directory, 'THSETTLE', 'THB')!;
  return world.banks.taking.take(account, format, bytes, { by: 'schedule', day: DAY });
};
const codesOf = (taken: StatementTaken) =>
  taken.kind === 'refused' ? [...new Set(taken.faults.map(({ code }) => code))] : taken.kind;
const covered = () =>
  world.column(
    "SELECT end_to_end_id || ' ' || covered_minor AS text FROM settlement_instruction_line ORDER BY 1",
  );
/** The bank's id of each statement with the lines that belong to it. */
const statements = () =>
  world.column(
    `SELECT bank_id || ': ' || coalesce((SELECT string_agg(line_id, ', ' ORDER BY line_id) FROM bank_line l
       WHERE l.statement_id = s.statement_id), 'none') AS text
     FROM bank_statement s ORDER BY taken_at, bank_id`,
  );
const later = () => world.platform.clock.advance(1_000);

const ALL = 'THSETTLE:THB:1, THSETTLE:THB:2, THSETTLE:THB:3';
const SETTLED = [`${E1} 191000`, `${E2} 191000`];

/** Rows of one file as the bank of dong writes them. */
const csvOf = (rows: readonly string[], lines: number): Uint8Array =>
  Buffer.from(['FILE,bank-statement,1', ...rows, `END,${lines}`, ''].join('\r\n'));
const takeCsv = (bytes: Uint8Array): Promise<StatementTaken> =>
  world.banks.taking.take(schemeAccount(world.directory, 'THSETTLE', 'THB')!, 'csv', bytes, {
    ...{ by: 'schedule', day: DAY },
  });

describe('a file by somebody who means ill', () => {
  const statementRow = (id: string, day: string, number: number) =>
    `STATEMENT,${id},statement,2000300001,THB,${number},${day},${day},0.00,0.00,`;
  const row = (id: string, amount: string, text: string) => `LINE,${id},${DAY},${DAY},${amount},,,,${text},,`;

  it.each<[string, () => Uint8Array]>([
    ['signs that no database keeps', () => csvOf([statementRow('S\u00001', DAY, 1)], 0)],
    [
      'such a sign in the words of a payer',
      () => csvOf([statementRow('S1', DAY, 1), row('1', '1.00', 'a\u0000'), row('2', '-1.00', 'b')], 2),
    ],
    ['a year that no calendar has', () => csvOf([statementRow('S1', '0000-01-01', 1)], 0)],
    ['a year that nobody lives to see', () => csvOf([statementRow('S1', '9999-12-31', 1)], 0)],
    [
      'more statements than a file has',
      () =>
        csvOf(
          Array.from({ length: 1_001 }, (_, at) => statementRow(`S${at}`, DAY, at + 1)),
          0,
        ),
    ],
  ])('with %s is refused, kept, and seen', async (_name, file) => {
    expect(await takeCsv(file())).toMatchObject({ kind: 'refused' });
    expect([await world.entries(), await statements()]).toEqual([[], []]);
    expect(await world.column('SELECT count(*)::int AS text FROM bank_file_refused')).toEqual([1]);
  });

  it('of many statements is kept once, and found by its hash', async () => {
    const days = ['2026-11-25', '2026-11-26', DAY];
    const bytes = csvOf(
      days.map((day, at) => statementRow(`S${at}`, day, at + 1)),
      0,
    );
    expect(await takeCsv(bytes)).toMatchObject({ kind: 'taken' });
    expect(
      await world.column("SELECT file_no || ' ' || coalesce(length(bytes), 0) AS text FROM bank_statement"),
    ).toEqual([`1 ${bytes.length}`, '2 0', '3 0']);
    const [sha256] = await world.column('SELECT DISTINCT sha256 AS text FROM bank_statement');
    expect((await findFile(world.test.database, sha256!))?.bytes).toEqual(Buffer.from(bytes));
  });
});

describe('a file that comes again', () => {
  it('byte for byte is known, over the link and by hand, and moves nothing', async () => {
    const bytes = statement('S1', LINES);
    expect(await take(bytes)).toMatchObject({ kind: 'taken', lines: 3 });
    const booked = await world.entries();
    expect([booked.length, await covered()]).toEqual([5, SETTLED]);
    expect(await take(bytes)).toEqual({ kind: 'known' });
    const content = Buffer.from(bytes).toString('base64');
    const asked = { bank: 'THSETTLE', currency: 'THB', kind: 'statement', content, ...OPERATOR } as const;
    expect(await world.banks.service.handIn(asked)).toMatchObject({ reason: 'bank_file_known' });
    expect([await world.entries(), await covered(), await statements()]).toEqual([
      booked,
      SETTLED,
      [`S1: ${ALL}`],
    ]);
  });

  it.each<[string, () => Uint8Array, string[]]>([
    [
      'written otherwise',
      () => Buffer.concat([statement('S1', LINES), Buffer.from('\n')]),
      ['line_repeated', 'day_repeated'],
    ],
    ['under another id', () => statement('S1-again', LINES), ['line_repeated', 'day_repeated']],
    [
      'under another id and number',
      () => statement('S2', LINES, { number: 2 }),
      ['line_repeated', 'day_repeated'],
    ],
    [
      'as the next day’s',
      () =>
        statement('S2', LINES, { number: 2, from: NEXT, to: NEXT, openingMinor: 700n, closingMinor: 1_400n }),
      ['line_repeated'],
    ],
  ])('%s is refused whole, seen, and moves nothing', async (_name, again, codes) => {
    await take(statement('S1', LINES));
    const booked = await world.entries();
    later();
    expect(codesOf(await take(again()))).toEqual(codes);
    expect([await world.entries(), await covered(), await statements()]).toEqual([
      booked,
      SETTLED,
      [`S1: ${ALL}`],
    ]);
    expect(await world.breaks()).toEqual([expect.stringMatching(/^FILE_(GAP|TOTAL) statement 2026-11-27$/)]);
    expect(await world.column('SELECT count(*)::int AS text FROM bank_file_refused')).toEqual([1]);
  });

  it('as notifications of growing days tells each line once, also after the statement', async () => {
    const notified = (id: string, count: number) =>
      statementBytes({ kind: 'notification', id, from: DAY, to: DAY, lines: LINES.slice(0, count) });
    expect(await take(notified('N1', 1), 'camt.054')).toMatchObject({ lines: 1 });
    later();
    expect(await take(notified('N2', 2), 'camt.054')).toMatchObject({ lines: 1 });
    expect(await take(notified('N2-again', 2), 'camt.054')).toMatchObject({ lines: 0 });
    later();
    expect(await take(statement('S1', LINES))).toMatchObject({ lines: 1 });
    expect(await take(notified('N3', 3), 'camt.054')).toMatchObject({ lines: 0 });
    expect([(await world.entries()).length, await covered()]).toEqual([5, SETTLED]);
    expect((await statements()).filter((text) => !text.endsWith('none'))).toEqual([`S1: ${ALL}`]);
  });
});

describe('a statement that is corrected after its lines were placed', () => {
  beforeEach(async () => {
    await take(statement('S1', LINES));
    later();
  });

  it('gives its lines to the one that takes its place, and only what is new is booked', async () => {
    const more = [...LINES, lineOf('4', 30n, prefundReference('FXGARUDA'))];
    expect(await take(statement('S1C', more, { replaces: 'S1' }))).toMatchObject({ kind: 'taken', lines: 1 });
    expect(await statements()).toEqual(['S1: none', `S1C: ${ALL}, THSETTLE:THB:4`]);
    expect([(await world.entries()).length, await covered(), await world.breaks()]).toEqual([6, SETTLED, []]);
    later();
    const last = [...more, lineOf('5', -30n, prefundReference('FXGARUDA'))];
    expect(await take(statement('S1D', last, { replaces: 'S1C' }))).toMatchObject({ lines: 1 });
    // What was replaced cannot be replaced once more, and the first does not come back.
    expect(codesOf(await take(statement('S1E', last, { replaces: 'S1' })))).toEqual([
      'line_repeated',
      'replaces_unknown',
    ]);
    expect(await take(statement('S1', LINES))).toEqual({ kind: 'known' });
    expect((await statements()).at(-1)).toBe(`S1D: ${ALL}, THSETTLE:THB:4, THSETTLE:THB:5`);
    expect((await world.entries()).length).toBe(7);
  });

  it.each<[string, readonly BankFileLine[], string[]]>([
    ['leaves a line out', LINES.slice(0, 2), ['line_gone']],
    ['changes an amount', [...LINES.slice(0, 2), { ...LINES[2]!, amountMinor: 600n }], ['line_changed']],
    [
      'changes what a line is for',
      [...LINES.slice(0, 2), { ...LINES[2]!, endToEndId: E1 }],
      ['line_changed'],
    ],
  ])('is not corrected by one that %s: money has moved by it', async (_name, lines, codes) => {
    const booked = await world.entries();
    expect(codesOf(await take(statement('S1C', lines, { replaces: 'S1' })))).toEqual(codes);
    expect([await world.entries(), await covered(), await statements()]).toEqual([
      booked,
      SETTLED,
      [`S1: ${ALL}`],
    ]);
  });

  it('with another day after it needs both in one file', async () => {
    const next = { number: 2, from: NEXT, to: NEXT, openingMinor: 700n } as const;
    await take(statement('S2', [], { ...next, closingMinor: 700n }));
    later();
    const more = [...LINES, lineOf('4', 30n, prefundReference('FXGARUDA'))];
    expect(codesOf(await take(statement('S1C', more, { replaces: 'S1' })))).toEqual(['closing_differs']);
    expect(await statements()).toEqual([`S1: ${ALL}`, 'S2: none']);
  });
});
