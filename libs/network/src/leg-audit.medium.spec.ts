import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { auditLegs } from './leg-audit.js';
import { intentOf, openLegWorld, type LegWorld } from './leg.testing.js';

// Real: PostgreSQL, the outbox lane. One broken state for each arm of each check, known by its text.

let world: LegWorld;
let first: string;
let second: string;
beforeAll(async () => {
  world = await openLegWorld('leg_audit');
  const [a, b] = [await intentOf(world), await intentOf(world)];
  [first, second] = [a.command.legKey, b.command.legKey];
  await world.reporter.add({
    ...a,
    answer: { kind: 'accepted', partnerRef: 'ref-1' },
    firstAnswer: true,
  });
  await world.reporter.add({
    ...b,
    answer: { kind: 'accepted', partnerRef: 'ref-2' },
    firstAnswer: true,
  });
});
afterAll(() => world.close());

const brokenBy = (...statements: string[]): Promise<Record<string, string[]>> =>
  world.test.undone(async (transaction) => {
    for (const statement of statements) await transaction.query(statement);
    const { findings } = await auditLegs(transaction, 'adapter', 0);
    return Object.fromEntries(
      findings.filter(({ ok }) => !ok).map(({ invariant, violations }) => [invariant, violations]),
    );
  });
/** A second attempt of the first leg. */
const again = (hash: string) =>
  `INSERT INTO leg SELECT (jsonb_populate_record(one, jsonb_build_object('attempt', 2, 'bytes_hash', '${hash}'))).*
   FROM leg AS one WHERE leg_key = '${first}'`;

it('finds nothing in sound tables, nor in a second attempt with the same bytes', async () => {
  expect(await brokenBy()).toEqual({});
  expect(await brokenBy(again('hash'))).toEqual({});
});

it.each<[string, () => string, () => string[]]>([
  [
    'an answer has an intent before it',
    () => `${first} accepted`,
    () => [`DELETE FROM leg WHERE leg_key = '${first}'`],
  ],
  [
    'an answer has an intent before it',
    () => `${first} accepted`,
    () => [`UPDATE leg_answer SET at = at - interval '1 day' WHERE leg_key = '${first}'`],
  ],
  ['I11 the bytes of a leg are the same in every attempt', () => first, () => [again('other')]],
  [
    'I4 a leg is accepted at most once',
    () => first,
    () => [
      again('hash'),
      'DROP INDEX leg_answer_one_accepted',
      `INSERT INTO leg_answer SELECT (jsonb_populate_record(one, '{"attempt": 2}')).*
       FROM leg_answer AS one WHERE leg_key = '${first}'`,
    ],
  ],
  [
    'a partner reference belongs to one leg',
    () => 'ref-1',
    () => [`UPDATE leg_answer SET partner_ref = 'ref-1' WHERE leg_key = '${second}'`],
  ],
])('finds that it is broken: %s', async (invariant, violation, statements) => {
  expect((await brokenBy(...statements()))[invariant]).toEqual([violation()]);
});

it('takes other bytes for what they are when the network has said that they conflict', async () => {
  const conflict = `INSERT INTO leg_answer (leg_key, attempt, outcome, at) VALUES ('${first}', 2, 'conflicting', now() + interval '1 day')`;
  expect(await brokenBy(again('other'), conflict)).toEqual({});
});
