import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InstructionState } from '@tonle/contracts';
import { NettedWorld, by, WINDOW } from '../window/netted-world.testing.js';
import { declareDead, markAcknowledged, markRejected, markSent } from './instruction-desk.js';

// Real: PostgreSQL, windows, instructions and what covers them. The bank and the ledger are this file.

const OWED = 191_000n;
const PAIRS = [['FXNAGA', 'THSWITCH', OWED]] as const;
const PAY_IN = 'THSETTLE-THB-1-1';
const SIDES = [
  { participant: 'FXNAGA', lineNo: 1, sign: 1n },
  { participant: 'THSWITCH', lineNo: 2, sign: -1n },
] as const;

let world: NettedWorld;
beforeAll(async () => (world = await NettedWorld.make('instruction_life')));
beforeEach(() => world.clear());
afterAll(() => world.test.drop());

const at = () => new Date(world.platform.clock.now());
const newest = async () => {
  const [row] = await world.test.database.query<{ id: string; sequence: number; state: InstructionState }>(
    'SELECT instruction_id AS id, sequence, state FROM settlement_instruction ORDER BY attempt DESC LIMIT 1',
  );
  return row!;
};
const coverByPeople = (participant: string, minor: bigint, name: string) =>
  world.transaction((transaction) =>
    world.coverage.coverByPeople(transaction, {
      ...{ windowId: WINDOW, participant, minor, entryId: `entry-${name}` },
      approvalId: '00000000-0000-7000-8000-000000000009',
    }),
  );
/** Entries that people post themselves are booked with those that coverage posts. */
const book = async () => {
  const rows = await world.test.database.query<{ id: string }>('SELECT entry_id AS id FROM window_entry');
  await world.book(rows.map(({ id }) => id));
};

it('money that people place under a rejected instruction leaves it rejected: what is left is instructed again', async () => {
  await world.netted(PAIRS);
  await world.instructed();
  const { id } = await newest();
  await world.transaction((transaction) => markSent(transaction, id, at()));
  await world.transaction((transaction) => markRejected(transaction, id, at(), 'AM04 no money'));
  expect(await coverByPeople('FXNAGA', OWED, 'found')).toMatchObject({ kind: 'covered' });
  expect([(await newest()).state, (await world.window())['state']]).toEqual(['REJECTED', 'FAILED']);
  expect(await world.windows.instruct({ windowId: WINDOW, ...by('OPERATOR') })).toMatchObject({
    kind: 'instructed',
  });
  expect(await world.instructions()).toEqual([
    'THSETTLE THB 1 1 SUPERSEDED 2',
    'THSETTLE THB 2 2 PREPARED 1',
  ]);
});

it('a window whose instruction is dead is settled when people have covered all of it', async () => {
  await world.netted(PAIRS);
  await world.instructed();
  const { id } = await newest();
  await world.transaction((transaction) => markSent(transaction, id, at()));
  await world.transaction((transaction) => declareDead(transaction, id, at(), 'letter'));
  for (const { participant } of SIDES) await coverByPeople(participant, OWED, participant);
  expect((await world.window())['state']).toBe('FAILED');
  await book();
  expect([(await newest()).state, (await world.window())['state']]).toEqual(['REJECTED', 'SETTLED']);
});

it('the bank may reject what people alone have covered, and not what it has paid itself', async () => {
  await world.netted(PAIRS);
  await world.instructed();
  const { id } = await newest();
  await world.transaction((transaction) => markSent(transaction, id, at()));
  await coverByPeople('FXNAGA', 1_000n, 'found');
  const reject = () => world.transaction((transaction) => markRejected(transaction, id, at(), 'AM04'));
  expect([await reject(), (await world.window())['state']]).toEqual(['done', 'FAILED']);
  await world.cover(PAY_IN, 190_000n, 'L1');
  expect([await reject(), (await world.window())['state']]).toEqual(['contradicts', 'INSTRUCTED']);
});

const step = fc.oneof(
  ...(['sent', 'acknowledged', 'rejected', 'dead', 'instruct', 'book', 'back'] as const).map((kind) =>
    fc.record({ kind: fc.constant(kind) }),
  ),
  fc.record({
    kind: fc.constantFrom('paid', 'covered'),
    side: fc.constantFrom(...SIDES),
    minor: fc.constantFrom(1n, OWED - 1n, OWED),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function instructAgain(): Promise<void> {
  await world.windows.dispute({ windowId: WINDOW, disputed: false, ...by('OPERATOR') });
  await world.windows.instruct({ windowId: WINDOW, ...by('OPERATOR') });
}

/** The bank takes back what it has paid last. */
async function takeBack(lineId: string): Promise<void> {
  const [cover] = await world.test.database.query<{ lineId: string }>(
    `SELECT line_id AS "lineId" FROM instruction_coverage WHERE line_id IS NOT NULL AND taken_back_at IS NULL
     ORDER BY length(line_id) DESC, line_id DESC LIMIT 1`,
  );
  if (cover === undefined) return;
  const taken = { undone: { lineId: cover.lineId, part: 1 }, lineId, part: 1 };
  const undo = () => world.transaction((transaction) => world.coverage.takeBack(transaction, taken));
  expect([await undo(), await undo()]).toEqual([expect.objectContaining({ windowId: WINDOW }), undefined]);
}

/** What stands on the position of one who is cleared, over all that was booked there. */
function clearedOf(participant: string): bigint {
  return [...world.posted.values()]
    .filter(
      ({ kind, debit, credit }) => kind === 'settlement' && `${debit} ${credit}`.includes(`:${participant}:`),
    )
    .reduce((sum, { debit, minor }) => {
      const isForth = debit.startsWith('POSITION') === (participant === 'THSWITCH');
      return isForth ? sum + BigInt(minor) : sum - BigInt(minor);
    }, 0n);
}

async function play(each: Step, name: string): Promise<void> {
  const { id, sequence } = await newest();
  const desk = { sent: markSent, acknowledged: markAcknowledged } as const;
  if ('side' in each) {
    const { participant, lineNo, sign } = each.side;
    if (each.kind === 'covered') await coverByPeople(participant, each.minor, name);
    else await world.cover(`THSETTLE-THB-${sequence}-${lineNo}`, each.minor * sign, name);
  } else if (each.kind === 'sent' || each.kind === 'acknowledged')
    await world.transaction((transaction) => desk[each.kind as 'sent'](transaction, id, at()));
  else if (each.kind === 'rejected')
    await world.transaction((transaction) => markRejected(transaction, id, at(), 'AM04'));
  else if (each.kind === 'dead')
    await world.transaction((transaction) => declareDead(transaction, id, at(), 'letter'));
  else if (each.kind === 'instruct') await instructAgain();
  else if (each.kind === 'back') await takeBack(name);
  else await book();
}

/** What stands in the database agrees, whatever came. */
async function agrees(): Promise<void> {
  const { state } = await newest();
  const window = (await world.window())['state'];
  const [sums] = await world.test.database.query<{ covered: string; most: string; entries: string }>(
    `SELECT (SELECT sum(covered_minor) FROM settlement_instruction_line)::text AS covered,
            (SELECT max(sum) FROM (SELECT sum(covered_minor) FROM settlement_instruction_line GROUP BY participant) AS of)::text
              AS most,
            (SELECT count(*) FROM window_entry WHERE booked_at IS NULL)::text AS entries`,
  );
  const isCovered = BigInt(sums!.covered) === 2n * OWED;
  expect(BigInt(sums!.most)).toBeLessThanOrEqual(OWED);
  if (window === 'SETTLED') expect([isCovered, sums!.entries]).toEqual([true, '0']);
  else if (state !== 'SETTLED' || !isCovered) {
    const isEnded = state === 'REJECTED' || state === 'SETTLED';
    expect([state, window]).toEqual([state, isEnded ? 'FAILED' : 'INSTRUCTED']);
  }
  // A position is cleared while, and only while, its net is covered.
  const covered = await world.test.database.query<{ participant: string; minor: string }>(
    'SELECT participant, sum(covered_minor)::text AS minor FROM settlement_instruction_line GROUP BY participant',
  );
  for (const { participant, minor } of covered)
    expect([participant, clearedOf(participant)]).toEqual([participant, minor === `${OWED}` ? OWED : 0n]);
}

it('window, instruction, cover and positions agree after every step of any order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 18 }), async (steps) => {
      await world.clear();
      await world.netted(PAIRS);
      await world.instructed();
      for (const [index, each] of steps.entries()) {
        await play(each, `L${index}`);
        await agrees();
      }
      await book();
      await agrees();
    }),
    { numRuns: 30, seed: 20_261_130 },
  );
}, 180_000);
