import { afterEach, expect, it } from '@jest/globals';
import { prefundReference } from '@tonle/directory';
import fc from 'fast-check';
import { bankDifference, holdingFindings, statedDifference } from './holding.decide.js';
import { holdingsOf } from './holding.store.js';
import { DAYS, HoldingWorld } from './holding.testing.js';

// Real: PostgreSQL, files and lines of a bank, their entries, approvals, the copy of the ledger. Bank and routing are played.

let world: HoldingWorld | undefined;
afterEach(async () => {
  await world?.bank.close();
  world = undefined;
});

type Step = { readonly deed: string; readonly minor: number; readonly flag: boolean };
const step = fc.record({
  deed: fc.constantFrom(
    'line',
    'line',
    'line',
    'endDay',
    'book',
    'book',
    'mark',
    'copy',
    'copy',
    'cure',
    'night',
  ),
  minor: fc.integer({ min: 1, max: 900 }),
  flag: fc.boolean(),
});

async function take(on: HoldingWorld, { deed, minor, flag }: Step): Promise<void> {
  on.later();
  const reference = [prefundReference('FXNAGA'), undefined, 'RF00PFFXNAGA', 'THSETTLE-THB-9-9'][minor % 4];
  switch (deed) {
    case 'line':
      return on.line(BigInt(minor % 3 === 0 ? -minor : minor), reference, flag);
    case 'endDay':
      return on.endDay();
    case 'book':
      return on.book(minor % 3, flag);
    case 'mark':
      return on.mark();
    case 'copy':
      return on.copy();
    case 'cure':
      return on.cure();
    default:
      return on.night();
  }
}

it('never differs while lines come, are booked late, are not heard of, and are decided about', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 25, maxLength: 45 }), async (steps) => {
      const on = await HoldingWorld.start('holding_any');
      try {
        for (const each of steps) {
          if (on.isOver) break;
          await take(on, each);
          expect(await on.violations()).toEqual([]);
          for (const day of DAYS) expect(await on.problems(day)).toEqual([]);
          const differing = (await on.statements(on.copiedUpTo)).filter(
            ({ difference }) => difference !== 0n,
          );
          expect(differing).toEqual([]);
        }
        await on.book(1_000);
        await on.copy();
        expect(await on.violations()).toEqual([]);
      } finally {
        await on.bank.close();
      }
    }),
    { numRuns: 5, endOnFailure: true },
  );
}, 120_000);

it('says what is held and what is booked, and stays as it was for a day whose later lines are wrong', async () => {
  world = await HoldingWorld.start('holding_day');
  expect(await holdingsOf(world.bank.test.database)).toMatchObject({ banks: [], suspense: [] });
  await world.line(700n, prefundReference('FXNAGA'), false);
  await world.endDay();
  await world.book(10);
  await world.copy();
  await world.line(30n, undefined, true);
  await world.book(10);
  await world.copy();
  const { banks, suspense } = await holdingsOf(world.bank.test.database);
  expect(banks).toEqual([
    {
      ...{ bank: 'THSETTLE', currency: 'THB', day: '2026-11-27', closingMinor: 5_700n, underwayMinor: 0n },
      ...{ laterMinor: 30n, laterUnderwayMinor: 0n, laterBookedMinor: 30n, ledgerMinor: 5_730n, refused: 0 },
    },
  ]);
  expect(suspense).toEqual([
    { currency: 'THB', itemsMinor: 30n, underwayMinor: 0n, othersMinor: 0n, ledgerMinor: 30n, refused: 0 },
  ]);
  await world.bank.test.database.query(
    "UPDATE ledger_entry SET state = 'refused', booked_at = NULL WHERE minor = 30",
  );
  await world.bank.test.database.query('DELETE FROM ledger_transfer WHERE minor = 30');
  expect([await world.problems('2026-11-27'), await world.violations()]).toEqual([
    ['open items differ from SUSPENSE:THB by 0.30 THB; 1 refused by the ledger'],
    [
      'THSETTLE holds 57.30 THB by its statement of 2026-11-27 and what it told since, the ledger says 57.00 THB: 0.30 THB; 1 refused by the ledger',
      'open items differ from SUSPENSE:THB by 0.30 THB; 1 refused by the ledger',
    ],
  ]);
});

it('is told by R6: of each statement the ledger without what was told since, and what is not booked yet', async () => {
  world = await HoldingWorld.start('holding_report');
  const shown = async (knownAt: Date) =>
    (await world!.statements(knownAt)).map(({ statement, closing, ledger, notBooked, difference }) =>
      [statement, closing, ledger, notBooked, difference].join(' '),
    );
  await world.line(700n, prefundReference('FXNAGA'), false);
  await world.endDay();
  await world.copy();
  const before = world.copiedUpTo;
  expect(await shown(before)).toEqual(['1 5700 5000 700 0']);
  await world.book(10, false);
  await world.line(30n, undefined, true);
  await world.copy();
  const unheard = world.copiedUpTo;
  expect(await shown(unheard)).toEqual(['1 5700 5700 0 0']);
  await world.mark();
  await world.book(10);
  await world.endDay();
  await world.copy();
  expect(await shown(world.copiedUpTo)).toEqual(['1 5700 5700 0 0', '2 5730 5730 0 0']);
  expect([await shown(before), await shown(unheard)]).toEqual([['1 5700 5000 700 0'], ['1 5700 5700 0 0']]);
  const { database } = world.bank.test;
  const known = world.copiedUpTo;
  await world.bank.test.undone(async (on) => {
    await on.query('DELETE FROM ledger_checkpoint');
    await on.query('UPDATE ledger_copy SET checkpointed_day = NULL');
    const unsummed = (await world!.statements(known, on)).map(({ difference }) => difference);
    expect([unsummed, holdingFindings(await holdingsOf(on)).flatMap(({ violations }) => violations)]).toEqual(
      [[0n, 0n], []],
    );
  });
  await database.query(
    "UPDATE ledger_checkpoint SET debits = debits - 100 WHERE account_id = (SELECT account_id FROM ledger_account WHERE kind = 'NOSTRO')",
  );
  expect(await shown(world.copiedUpTo)).toEqual(['1 5700 5600 0 100', '2 5730 5630 0 100']);
});

it('stays while a statement is corrected after its lines were booked', async () => {
  world = await HoldingWorld.start('holding_corrected');
  const reference = prefundReference('FXNAGA');
  await world.line(700n, reference, false);
  await world.endDay();
  await world.book(10);
  await world.copy();
  world.later();
  await world.correctLast(40n, reference);
  await world.endDay();
  for (const deed of [() => world!.book(10), () => world!.copy()]) {
    expect([await world.violations(), await world.problems(DAYS[0]!)]).toEqual([[], []]);
    await deed();
  }
  const { banks } = await holdingsOf(world.bank.test.database);
  expect([await world.violations(), banks.map(({ ledgerMinor }) => ledgerMinor)]).toEqual([[], [5_740n]]);
  const shown = (await world.statements(world.copiedUpTo)).map(({ closing, difference }) => [
    closing,
    difference,
  ]);
  expect(shown).toEqual([
    [5_740n, 0n],
    [5_740n, 0n],
  ]);
});

it.each<[string, string, string[]]>([
  [
    'a line that the ledger has refused',
    "UPDATE ledger_entry SET state = 'refused', booked_at = NULL WHERE minor = 700; UPDATE ledger_transfer SET at = '2999-01-01' WHERE minor = 700",
    [
      'THSETTLE holds 57.30 THB by its statement of 2026-11-27, the ledger says 50.30 THB: 7.00 THB; 1 refused by the ledger',
    ],
  ],
  [
    'a line that was booked with another amount',
    'UPDATE ledger_transfer SET minor = 600 WHERE minor = 700',
    ['THSETTLE holds 57.30 THB by its statement of 2026-11-27, the ledger says 56.30 THB: 1.00 THB'],
  ],
  [
    'an opening that is not the bank’s',
    'UPDATE ledger_transfer SET minor = 5001 WHERE minor = 5000',
    ['THSETTLE holds 57.30 THB by its statement of 2026-11-27, the ledger says 57.31 THB: -0.01 THB'],
  ],
  [
    'a movement of the bank’s mirror that no line is for',
    "INSERT INTO ledger_transfer SELECT gen_random_uuid(), kind, debit, credit, 5, 'nothing', at FROM ledger_transfer WHERE minor = 700",
    ['THSETTLE holds 57.30 THB by its statement of 2026-11-27, the ledger says 57.35 THB: -0.05 THB'],
  ],
  [
    'an item that is less than its line',
    'UPDATE suspense_item SET open_minor = 29',
    ['open items differ from SUSPENSE:THB by -0.01 THB'],
  ],
  [
    'an item that is gone',
    "UPDATE suspense_item SET open_minor = 0, state = 'CLEARED'",
    ['open items differ from SUSPENSE:THB by -0.30 THB'],
  ],
])('finds %s', async (_name, statements, violations) => {
  world = await HoldingWorld.start('holding_wrong');
  await world.line(700n, prefundReference('FXNAGA'), false);
  await world.line(30n, undefined, false);
  await world.endDay();
  await world.book(10);
  await world.copy();
  expect(await world.violations()).toEqual([]);
  for (const statement of statements.split('; ')) await world.bank.test.database.query(statement);
  expect(await world.violations()).toEqual(violations);
  expect(await world.problems('2026-12-31')).toEqual(violations);
});

it('counts what a break has written off beside the items', async () => {
  world = await HoldingWorld.start('holding_beside');
  await world.line(30n, undefined, false);
  await world.endDay();
  await world.bank.test.database.query(
    `INSERT INTO ledger_entry (entry_id, kind, currency, debit, credit, minor, approval_id, reason, due_at)
     VALUES ('break:1:1', 'write_off', 'THB', 'WRITE_OFF:THB', 'SUSPENSE:THB', 4, gen_random_uuid(), 'seen', '2026-11-27')`,
  );
  expect(await world.violations()).toEqual([]);
  await world.book(10);
  expect(await world.violations()).toEqual([]);
  await world.copy();
  const { banks, suspense } = await holdingsOf(world.bank.test.database);
  expect(suspense).toEqual([
    { currency: 'THB', itemsMinor: 30n, underwayMinor: 0n, othersMinor: 4n, ledgerMinor: 34n, refused: 0 },
  ]);
  expect([await world.violations(), banks.map(bankDifference), banks.map(statedDifference)]).toEqual([
    [],
    [0n],
    [0n],
  ]);
});
