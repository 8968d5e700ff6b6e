import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StatementProof } from '@tonle/contracts';
import type { LegAnswer } from './leg.js';
import {
  askedAbout,
  clock,
  commandOf,
  intentOf,
  openLegWorld,
  outcomesOf,
  TIMERS,
  type LegWorld,
} from './leg.testing.js';
import { askAgain, openLegsIn, StatementEvidence } from './statement-evidence.js';

// Real: PostgreSQL, the outbox lane, the transport.

const HOUR = 3_600_000;
let world: LegWorld;
let evidence: StatementEvidence;
beforeAll(async () => {
  world = await openLegWorld('statement_evidence', { timersOf: () => TIMERS });
  const { test, enquiries, store, reporter } = world;
  evidence = new StatementEvidence({ database: test.database, enquiries, store, reporter, clock });
});
afterAll(() => world.close());

const silence: LegAnswer = { kind: 'ambiguous', because: 'timeout' };

/** A leg whose network is silent, sent an hour ago. */
async function silent(first: LegAnswer = silence) {
  const at = clock.now() - HOUR;
  const leg = await intentOf(world, commandOf(1, { sendBefore: new Date(at).toISOString() }), at);
  await world.reporter.add({ ...leg, answer: first, firstAnswer: true });
  const { legKey, amount } = leg.command;
  const line: StatementProof = {
    legKey,
    says: 'booked',
    partnerRef: `T-${legKey}`,
    amount,
    lineId: 'L1',
    days: ['2026-11-28'],
  };
  const absent: StatementProof = { legKey, says: 'absent', days: ['2026-11-27', '2026-11-28'] };
  return { ...leg, line, absent };
}

async function toldOf(legKey: string) {
  await world.lane.published();
  return world.told.filter((each) => each.legKey === legKey);
}

const kept = (legKey: string) =>
  world.test.database.query(`SELECT FROM evidence WHERE subject = $1 AND operation = 'proven by statement'`, [
    legKey,
  ]);

describe('a line of a statement about an open leg', () => {
  it('is accepted evidence, told once however often it comes, and ends the asking', async () => {
    const { command, line } = await silent();
    expect(await openLegsIn(world.test.database, { currency: 'KHR', limit: 100 })).toContainEqual(
      expect.objectContaining({ legKey: command.legKey, uetr: command.uetr, amount: command.amount }),
    );
    for (let times = 0; times < 3; times += 1) expect(await evidence.take([line])).toEqual(['proven']);
    const [, accepted, ...more] = await toldOf(command.legKey);
    expect(more).toEqual([]);
    expect(accepted).toMatchObject({ outcome: 'accepted', partnerRef: line.partnerRef });
    expect(await askedAbout(world, command)).toBeUndefined();
    expect(await kept(command.legKey)).toHaveLength(1);
  });

  it('that the network refused is a rejection', async () => {
    const { command, line } = await silent();
    const { amount: _amount, ...refused } = line;
    expect(await evidence.take([{ ...refused, says: 'rejected' }])).toEqual(['proven']);
    expect((await toldOf(command.legKey)).at(-1)).toMatchObject({ outcome: 'rejected', reason: 'MS03' });
  });

  it('that says what an answer said before is known, and nothing is told', async () => {
    const { command, line } = await silent({ kind: 'accepted', partnerRef: 'T-1' });
    expect(await evidence.take([line])).toEqual(['known']);
    expect(await toldOf(command.legKey)).toHaveLength(1);
    expect(await kept(command.legKey)).toHaveLength(0);
  });

  it('against what an answer said, or with another amount, is a contradiction: the first word stands', async () => {
    const rejected = await silent({ kind: 'rejected', reason: 'AC04' });
    const accepted = await silent({ kind: 'accepted', partnerRef: 'T-2' });
    const other = { ...accepted.line, amount: { currency: 'KHR', minor: '1' } };
    for (let times = 0; times < 2; times += 1)
      expect(await evidence.take([rejected.line, other])).toEqual(['conflicting', 'conflicting']);
    expect(await outcomesOf(world, rejected.command)).toEqual(['1 conflicting', '1 rejected']);
    expect(await outcomesOf(world, accepted.command)).toEqual(['1 accepted', '1 conflicting']);
  });

  it('of nobody here is not ours, and keeps no other back', async () => {
    const { line } = await silent();
    const stranger = { ...line, legKey: '00000000-0000-4000-8000-000000000000:C' };
    expect(await evidence.take([stranger, line])).toEqual(['not_ours', 'proven']);
  });
});

describe('statements that all lack an open leg', () => {
  it('prove that it was not received, once', async () => {
    const { command, absent } = await silent();
    expect([await evidence.take([absent]), await evidence.take([absent])]).toEqual([['proven'], ['proven']]);
    expect((await toldOf(command.legKey)).map(({ outcome }) => outcome)).toEqual(['unknown', 'not_received']);
  });

  it.each<[string, LegAnswer]>([
    ['the network has named', { kind: 'in_progress', partnerRef: 'T-9' }],
    ['the network contradicts itself about', { kind: 'conflicting', reasonText: 'two amounts' }],
  ])('prove nothing of one that %s', async (_what, first) => {
    const { command, absent } = await silent(first);
    const [verdict] = await evidence.take([absent]);
    expect(['open', 'conflicting']).toContain(verdict);
    expect((await outcomesOf(world, command)).some((each) => each.includes('not_received'))).toBe(false);
  });

  it('prove nothing of one that may still arrive, and the asking goes on', async () => {
    const leg = await intentOf(world);
    await world.reporter.add({ ...leg, answer: silence, firstAnswer: true });
    const { legKey } = leg.command;
    expect(await evidence.take([{ legKey, says: 'absent', days: ['2026-11-28'] }])).toEqual(['open']);
    expect(await askedAbout(world, leg.command)).toBe(1);
  });
});

it('a network is asked once more about a leg that it accepted and its statements lack; what it says to the contrary is a conflict', async () => {
  const { command } = await silent({ kind: 'accepted', partnerRef: 'T-9' });
  const { test, enquiries, reporter } = world;
  const ask = (legKeys: string[]) =>
    askAgain({ database: test.database, enquiries, nowMs: clock.now() }, legKeys);
  expect(await ask([command.legKey, 'of-nobody:C'])).toEqual([command.legKey]);
  expect(await askedAbout(world, command)).toBeDefined();
  const leg = (await enquiries.latest(test.database, command.legKey))!;
  const answer = { kind: 'rejected' as const, reason: 'AC04' };
  await reporter.add({ ...leg, answer, evidence: [], firstAnswer: false });
  expect(await outcomesOf(world, command)).toEqual(['1 accepted', '1 conflicting']);
  expect(await askedAbout(world, command)).toBeUndefined();
});
