import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryState } from '@tonle/messaging';
import { CircuitBreaker } from './breaker.js';
import { CallCounter } from './call-counter.js';
import { EnquiryBudget } from './budget.js';
import { EnquiryJob } from './enquiry.job.js';
import { EnquiryStore } from './enquiry.store.js';
import type { LegAnswer, LegCarrier } from './leg.js';
import { OrphanSweep } from './orphan-sweep.js';
import {
  askedAbout,
  clock,
  commandOf,
  countsOf,
  intentOf,
  openLegWorld,
  TIMERS,
  outcomesOf,
  type LegWorld,
} from './leg.testing.js';

// Real: PostgreSQL, the outbox lane, the transport. The partner is silent.

const HOUR_MS = 3_600_000;
let world: LegWorld;
let asked: string[];

beforeAll(async () => {
  world = await openLegWorld('enquiries');
});
afterAll(() => world.close());
beforeEach(async () => {
  asked = [];
  await world.test.database.query('TRUNCATE leg, leg_answer, leg_enquiry, leg_waiting');
});

function jobOf(enquiries = new EnquiryStore()): EnquiryJob {
  const { reporter, telemetry, test, store } = world;
  const now = () => clock.now();
  const parts = { database: test.database, store, enquiries, reporter, clock, telemetry };
  const carrier = {
    network: 'partner',
    enquire: (legs: readonly { legKey: string }[]) => {
      asked.push(...legs.map(({ legKey }) => legKey));
      return Promise.resolve([]);
    },
  } as unknown as LegCarrier;
  const breaker = new CircuitBreaker(now);
  return new EnquiryJob({
    carrier,
    ...parts,
    handler: { holds: () => false },
    sender: { sendAgain: () => Promise.resolve(undefined) },
    sweep: new OrphanSweep({ ...parts, orphanAfterMs: 1_000, sweepMs: 60_000 }),
    timersOf: () => TIMERS,
    breaker,
    sendsBreaker: breaker,
    calls: new CallCounter(now),
    comeback: { round: () => undefined },
    budget: new EnquiryBudget(new MemoryState(), 'partner', now, 1_000),
    ready: () => true,
    measureMs: 60_000,
  });
}

describe('legs that were left without an end', () => {
  it('are found in slices, from either side, each once', async () => {
    const { enquiries, test } = world;
    const now = clock.now();
    for (let age = 1; age <= 5; age += 1) await intentOf(world, commandOf(), now - age * 1_000);
    const range = { from: 0, to: now, limit: 3 };
    const oldest = await enquiries.adoptOrphans(test.database, { ...range, newestFirst: false }, now);
    expect(oldest).toEqual({ adopted: 3, from: now - 5_000, to: now - 3_000, whole: false });
    const newest = await enquiries.adoptOrphans(test.database, { ...range, newestFirst: true }, now);
    expect(newest).toEqual({ adopted: 2, from: now - 3_000, to: now - 1_000, whole: false });
    const rest = await enquiries.adoptOrphans(test.database, { ...range, limit: 9, newestFirst: true }, now);
    expect(rest).toEqual({ adopted: 0, from: 0, to: now, whole: true });
  });

  it('are asked about after a start, new ones and old ones', async () => {
    const fresh = await intentOf(world, commandOf(), clock.now() - 2_000);
    const old = await intentOf(world, commandOf(), clock.now() - 48 * HOUR_MS);
    const ended = await intentOf(world, commandOf(), clock.now() - 48 * HOUR_MS);
    await world.reporter.add({ ...ended, answer: { kind: 'rejected', reason: 'MS03' }, firstAnswer: true });
    const job = jobOf();
    for (let turn = 0; turn < 3; turn += 1) await job.round();
    await job.close();
    expect(asked).toEqual([fresh.command.legKey, old.command.legKey]);
  });

  it('are found again when what was asked about them was forgotten', async () => {
    const leg = await intentOf(world, commandOf(), clock.now() - 2_000);
    await world.reporter.add({
      ...leg,
      answer: { kind: 'ambiguous', because: 'timeout' },
      firstAnswer: true,
    });
    await world.test.database.query('DELETE FROM leg_enquiry');
    const job = jobOf();
    await job.round();
    await job.close();
    expect(asked).toEqual([leg.command.legKey]);
  });
});

it('a sweep that fails keeps nobody from asking', async () => {
  class SlowTable extends EnquiryStore {
    override adoptOrphans(): never {
      throw new Error('canceling statement due to statement timeout');
    }
  }
  const leg = await intentOf(world);
  const plan = { plannedMs: clock.now(), nextEnquiryMs: clock.now() - 1, notFounds: 0 };
  const { legKey } = leg.command;
  await world.enquiries.planEnquiries(world.test.database, [{ legKey, attempt: 1, plan }]);
  const job = jobOf(new SlowTable());
  await job.round();
  await job.close();
  const metrics = await world.telemetry.registry.getMetricsAsJSON();
  const failures = metrics.find(({ name }) => name === 'tonle_job_failures_total')?.values;
  expect(failures).toMatchObject([{ labels: { job: 'sweep-legs' }, value: 1 }]);
  expect(await outcomesOf(world, leg.command)).toEqual(['1 unknown']);
  expect(await askedAbout(world, leg.command)).toBe(1);
});

describe('whose turn it is', () => {
  async function planned(inMs: number, sendBeforeInMs: number, plannedInMs = 0): Promise<string> {
    const now = clock.now();
    const leg = await intentOf(
      world,
      commandOf(1, { sendBefore: new Date(now + sendBeforeInMs).toISOString() }),
    );
    const plan = { plannedMs: now + plannedInMs, nextEnquiryMs: now + inMs, notFounds: 0 };
    const { legKey } = leg.command;
    await world.enquiries.planEnquiries(world.test.database, [{ legKey, attempt: 1, plan }]);
    return legKey;
  }
  const taken = async (limit = 10): Promise<string[]> => {
    const now = clock.now() + 1;
    const legs = await world.enquiries.takeDue(world.test.database, now, limit, now + 60_000);
    return legs.map(({ legKey }) => legKey);
  };

  it('first who can still be sent again, the next deadline before the others; then who waits longest', async () => {
    const late = await planned(-2_000, -5_000);
    const later = await planned(-9_000, -5_000);
    const soon = await planned(-1_000, 1_200_000);
    const sooner = await planned(-1_000, 600_000);
    for (const leg of [sooner, soon, later, late]) expect(await taken(1)).toEqual([leg]);
    expect(await taken()).toEqual([]);
  });

  it('nobody waits for the plan of a clock that was wrong', async () => {
    const lost = await planned(4_200_000, 30_000, 3_600_000);
    await planned(600_000, 30_000);
    expect(await taken()).toEqual([lost]);
  });

  it('everybody when the partner is back, and at a start', async () => {
    const leg = await planned(900_000, -1);
    const job = jobOf();
    await job.round();
    await job.close();
    expect(asked).toEqual([leg]);
  });
});

it('how often was asked is counted over all attempts, until the end and after it', async () => {
  const { enquiries, reporter, test } = world;
  const first = commandOf();
  const turn = async (attempt: number, answer: LegAnswer): Promise<void> => {
    const due = clock.now() + HOUR_MS;
    const [leg] = await enquiries.takeDue(test.database, due, 10, due);
    await reporter.add({ ...leg!, command: { ...first, attempt }, answer, evidence: [], firstAnswer: false });
  };
  const sent = async (attempt: number): Promise<void> => {
    const leg = await intentOf(world, { ...first, attempt });
    await reporter.add({
      ...leg,
      answer: { kind: 'ambiguous', because: 'silence' },
      firstAnswer: attempt === 1,
    });
  };
  await sent(1);
  expect(await countsOf(world, first)).toEqual([1, 0]);
  await turn(1, { kind: 'in_progress' });
  await turn(1, { kind: 'rejected', reason: 'MS03' });
  expect(await askedAbout(world, first)).toBeUndefined();
  await sent(2);
  expect(await countsOf(world, first)).toEqual([2, 2]);
  await turn(2, { kind: 'accepted', partnerRef: 'hash-of-both' });
  expect(await countsOf(world, first)).toEqual([2, 3]);
});
