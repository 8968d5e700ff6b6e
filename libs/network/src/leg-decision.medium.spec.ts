import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { LegCommand, LegDecided } from '@tonle/contracts';
import { auditLegs } from './leg-audit.js';
import { keepLegDecisions, legFindings } from './leg-decision.store.js';
import {
  askedAbout,
  clock,
  commandOf,
  countsOf,
  intentOf,
  openLegWorld,
  type LegWorld,
} from './leg.testing.js';

// Real: PostgreSQL, the reporter of answers.

let world: LegWorld;
beforeAll(async () => {
  world = await openLegWorld('leg_decisions');
});
afterAll(() => world.close());

const decidedOf = (command: LegCommand, paid: boolean): LegDecided => ({
  legKey: command.legKey,
  paymentId: command.paymentId,
  leg: command.leg,
  paid,
  ...(paid ? { partnerRef: `found-${command.legKey}` } : {}),
  amount: command.amount,
  proposalId: crypto.randomUUID(),
  at: new Date(clock.now()).toISOString(),
});
const keep = (...decided: LegDecided[]) => keepLegDecisions(world.test.database, decided);
const totals = async () => (await auditLegs(world.test.database, 'adapter', clock.now())).totals;
const orphans = async () => {
  const range = { from: 0, to: clock.now() + 1_000, newestFirst: false, limit: 100 };
  return (await world.enquiries.adoptOrphans(world.test.database, range, clock.now())).adopted;
};
const evidenceOf = (subject: string) =>
  world.test.database.query(
    "SELECT 1 FROM evidence WHERE subject = $1 AND operation = 'decided by operators'",
    [subject],
  );

it('a leg that people decided is asked about no more, and counts as they found it, once', async () => {
  const [paid, not] = [commandOf(), commandOf()];
  for (const command of [paid, not]) {
    const leg = await intentOf(world, command);
    await world.reporter.add({
      ...leg,
      answer: { kind: 'ambiguous', because: 'silence' },
      fresh: false,
    } as never);
  }
  expect(await askedAbout(world, paid)).toBe(1);
  const due = clock.now() + 60_000;
  await world.enquiries.takeDue(world.test.database, due, 10, due);
  const decided = [decidedOf(paid, true), decidedOf(not, false)];
  await keep(...decided, decided[0]!);
  await keep(...decided);
  expect([await askedAbout(world, paid), await askedAbout(world, not)]).toEqual([undefined, undefined]);
  expect(await orphans()).toBe(0);
  expect(await countsOf(world, paid)).toEqual([1, 1]);
  expect(await evidenceOf(paid.legKey)).toHaveLength(1);
  const { legKey, paymentId: _payment, leg: _leg, ...found } = decided[0]!;
  const shown = await legFindings(world.test.database, [legKey, not.legKey, 'another']);
  expect([shown.get(legKey), shown.get(not.legKey)?.paid, shown.size]).toEqual([found, false, 2]);
  expect(await totals()).toMatchObject({
    'legs.debit.KHR.accepted.count': '1',
    'legs.debit.KHR.accepted.minor': '100000',
    'legs.debit.KHR.rejected.count': '1',
    'legs.debit.KHR.unknown.count': '2',
    'legs.open': '0',
  });
});

it('a leg that never came, or was not paid as people found, is given up whatever comes later', async () => {
  const standing = async (command: LegCommand) => {
    const externalRef = `ref-${command.legKey}`;
    const intent = { command, externalRef, bytesHash: 'hash', intentMs: clock.now() };
    await world.store.insertIntents(world.test.database, [intent]);
    return () => world.store.standing(world.test.database, externalRef);
  };
  const [missing, unpaid, paid] = [commandOf(), commandOf(), commandOf()];
  const [ofMissing, ofUnpaid, ofPaid] = [
    await standing(missing),
    await standing(unpaid),
    await standing(paid),
  ];
  const report = (command: LegCommand, outcome: 'not_received' | 'accepted') =>
    world.store.insertAnswers(world.test.database, [
      { ...command, outcome, partnerRef: 'V1', at: clock.now() },
    ]);
  expect((await ofMissing())!.isGivenUp).toBeUndefined();
  await report(missing, 'not_received');
  await keep(decidedOf(unpaid, false), decidedOf(paid, true));
  await report(missing, 'accepted');
  expect([await ofMissing(), await ofUnpaid(), await ofPaid()]).toMatchObject([
    { outcome: 'accepted', isGivenUp: true },
    { isGivenUp: true },
    {},
  ]);
  expect((await ofPaid())!.isGivenUp).toBeUndefined();
});

it('an answer that was under way neither opens the leg again nor counts beside the decision; routing is told of it', async () => {
  const command = commandOf();
  const leg = await intentOf(world, command);
  const before = (await totals())['legs.debit.KHR.rejected.count'];
  await keep(decidedOf(command, false));
  const report = (answer: object) => world.reporter.add({ ...leg, answer, fresh: false } as never);
  await report({ kind: 'ambiguous', because: 'silence' });
  expect(await askedAbout(world, command)).toBeUndefined();
  const accepted = (await totals())['legs.debit.KHR.accepted.count'];
  await report({ kind: 'accepted', partnerRef: 'late' });
  expect((await totals())['legs.debit.KHR.accepted.count']).toBe(accepted);
  expect((await totals())['legs.debit.KHR.rejected.count']).toBe(String(Number(before) + 1));
  expect(world.told.at(-1)).toMatchObject({ legKey: command.legKey, outcome: 'accepted' });
});
