import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditReport } from '@tonle/contracts';
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

const reportAfter = (...statements: string[]): Promise<AuditReport> =>
  world.test.undone(async (transaction) => {
    for (const statement of statements) await transaction.query(statement);
    return auditLegs(transaction, 'adapter', 0);
  });
const brokenBy = async (...statements: string[]): Promise<Record<string, string[]>> => {
  const broken = (await reportAfter(...statements)).findings.filter(({ ok }) => !ok);
  return Object.fromEntries(broken.map(({ invariant, violations }) => [invariant, violations]));
};
const ofSecond = (change: string) => `UPDATE leg_answer SET ${change} WHERE leg_key = '${second}'`;
/** A second attempt of the first leg. */
const again = (hash: string) =>
  `INSERT INTO leg SELECT (jsonb_populate_record(one, jsonb_build_object('attempt', 2, 'bytes_hash', '${hash}'))).*
   FROM leg AS one WHERE leg_key = '${first}'`;

it('finds nothing in sound tables, nor in a second attempt with the same bytes', async () => {
  expect(await brokenBy()).toEqual({});
  expect(await brokenBy(again('hash'))).toEqual({});
});

it.each<[string, () => string, number[]]>([
  ['whose bytes are not known', () => again(''), [2, 2, 2, 2, 2, 0]],
  [
    'answered in the instant of the intent',
    () => 'UPDATE leg_answer SET at = intent_at FROM leg WHERE leg.leg_key = leg_answer.leg_key',
    [2, 2, 2, 2, 2, 0],
  ],
  [
    'of which one was refused under the same reference',
    () => ofSecond(`partner_ref = 'ref-1', outcome = 'rejected'`),
    [2, 2, 1, 1, 2, 0],
  ],
  [
    'of which one is not answered',
    () => `DELETE FROM leg_answer WHERE leg_key = '${second}'`,
    [1, 2, 1, 1, 1, 0],
  ],
  ['without references', () => 'UPDATE leg_answer SET partner_ref = NULL', [2, 2, 2, 0, 2, 0]],
])('finds nothing in sound legs %s, and says how much it looked at', async (_name, statement, checked) => {
  const { findings } = await reportAfter(statement());
  expect(findings.flatMap(({ violations }) => violations)).toEqual([]);
  expect(findings.map((finding) => finding.checked)).toEqual(checked);
});

const ANOTHER_END = () =>
  `INSERT INTO leg_answer SELECT (jsonb_populate_record(one, '{"outcome": "rejected"}')).*
   FROM leg_answer AS one WHERE leg_key = '${first}'`;

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
  [
    'I24 a second answer that contradicts the first is told as such',
    () => `${first} is accepted and rejected`,
    () => ['DROP INDEX leg_answer_one_definite', ANOTHER_END()],
  ],
  [
    'I20 enquiries stay within the budget of their minute',
    () => '2026-11-29 03:00:00+00: 61 enquiries, 60 were allowed',
    () => [`INSERT INTO enquiry_minute VALUES ('2026-11-29 03:00Z', 61, 60), ('2026-11-29 03:01Z', 60, 60)`],
  ],
])('finds that it is broken: %s', async (invariant, violation, statements) => {
  expect((await brokenBy(...statements()))[invariant]).toEqual([violation()]);
});

it('names the first twenty', async () => {
  const { findings } = await reportAfter(
    `INSERT INTO leg_answer
     SELECT (jsonb_populate_record(one, jsonb_build_object('leg_key', 'lost-' || n, 'partner_ref', 'ref-' || n))).*
     FROM leg_answer AS one
     CROSS JOIN generate_series(10, 30) AS n
     WHERE leg_key = '${first}'`,
  );
  expect(findings.map(({ violations }) => violations.length)).toEqual([20, 0, 0, 0, 0, 0]);
});

it('takes other bytes for what they are when the network has said that they conflict', async () => {
  const conflict = `INSERT INTO leg_answer (leg_key, attempt, outcome, at) VALUES ('${first}', 2, 'conflicting', now() + interval '1 day')`;
  expect(await brokenBy(again('other'), conflict)).toEqual({});
  expect(
    await brokenBy(again('hash'), 'DROP INDEX leg_answer_one_definite', ANOTHER_END(), conflict),
  ).toEqual({});
  const ofAnother = ofSecond(`outcome = 'conflicting'`);
  expect(Object.values(await brokenBy(again('other'), ofAnother))).toEqual([[first]]);
});

describe('the totals of legs', () => {
  const decided = (paid: boolean) =>
    `INSERT INTO leg_decision (leg_key, leg, paid, currency, amount_minor, proposal_id, at)
     VALUES ('${second}', 'debit', ${paid}, 'KHR', 70000, gen_random_uuid(), now())`;
  const totalsAfter = async (...statements: string[]) => (await reportAfter(...statements)).totals;
  const of = (outcome: string, count: number, minor: number) => ({
    [`legs.debit.KHR.${outcome}.count`]: String(count),
    [`legs.debit.KHR.${outcome}.minor`]: String(minor),
  });

  it('are what the network says that it moved', async () => {
    expect(await totalsAfter()).toEqual({ ...of('accepted', 2, 200_000), 'legs.open': '0' });
  });

  it.each(['accepted', 'rejected', 'blocked'])('are what two operators found, not %s', async (outcome) => {
    const said = ofSecond(`outcome = '${outcome}'`);
    const paid = await totalsAfter(said, decided(true));
    expect(paid).toEqual({ ...of('accepted', 2, 170_000), 'legs.open': '0' });
    const notPaid = await totalsAfter(said, decided(false));
    expect(notPaid).toEqual({
      ...of('accepted', 1, 100_000),
      ...of('rejected', 1, 70_000),
      'legs.open': '0',
    });
  });

  it('keep what is no end beside it', async () => {
    const totals = await totalsAfter(ofSecond(`outcome = 'conflicting'`), decided(true));
    expect(totals).toEqual({
      ...of('accepted', 2, 170_000),
      ...of('conflicting', 1, 100_000),
      'legs.open': '0',
    });
  });
});
