import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MemoryState } from '@tonle/messaging';
import { CircuitBreaker } from './breaker.js';
import { EnquiryBudget } from './budget.js';
import { CallCounter } from './call-counter.js';
import { EnquiryJob } from './enquiry.job.js';
import type { LegCarrier } from './leg.js';
import { intentOf, openLegWorld, TIMERS, type LegWorld } from './leg.testing.js';

// Real: PostgreSQL, the outbox lane, the transport. The partner is silent, and the clock is moved by hand.

const ROUND_MS = 250;
const OPEN_MS = 5_000;
const MINUTE_MS = 60_000;

let world: LegWorld;
beforeAll(async () => {
  world = await openLegWorld('enquiry_rate', { healthy: () => false });
});
afterAll(() => world.close());

it('a partner whose breaker is open gets one question at a time: no storm, and no silence for ever', async () => {
  let now = Date.now();
  const [clock, asked] = [{ now: () => now }, [] as number[]];
  for (let leg = 0; leg < 40; leg += 1) {
    const { command } = await intentOf(world);
    const plan = { plannedMs: now, nextEnquiryMs: now - 1, notFounds: 0 };
    await world.enquiries.planEnquiries(world.test.database, [{ legKey: command.legKey, attempt: 1, plan }]);
  }
  const breaker = new CircuitBreaker(clock.now, 1, OPEN_MS, 0);
  breaker.failed();
  const openedAt = now;
  const { reporter, telemetry, test, enquiries } = world;
  const job = new EnquiryJob({
    carrier: {
      network: 'partner',
      enquire: (legs: readonly unknown[]) => {
        asked.push(...legs.map(() => now - openedAt));
        return Promise.resolve([]);
      },
    } as unknown as LegCarrier,
    ...{ database: test.database, enquiries, reporter, clock, telemetry, breaker, sendsBreaker: breaker },
    handler: { holds: () => false },
    sender: { sendAgain: () => Promise.resolve(undefined) },
    sweep: { round: () => Promise.resolve() },
    timersOf: () => TIMERS,
    calls: new CallCounter(clock.now),
    comeback: { round: () => undefined },
    budget: new EnquiryBudget(new MemoryState(), 'partner', clock.now, 1_000),
    ready: () => true,
    measureMs: MINUTE_MS,
  });
  for (; now < openedAt + MINUTE_MS; now += ROUND_MS) {
    await job.round();
    await new Promise((done) => setImmediate(done));
    await reporter.settled();
  }
  await job.close();
  expect(asked).toEqual(Array.from({ length: 11 }, (_, n) => (n + 1) * OPEN_MS));
});

it('what instances ask together stays within the budget of each second, so of every minute (I20)', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          afterMs: fc.nat({ max: 700 }),
          instance: fc.nat({ max: 2 }),
          wanted: fc.integer({ min: 1, max: 60 }),
        }),
        { maxLength: 60 },
      ),
      async (takes) => {
        let now = 1_000_000;
        const shared = new MemoryState();
        const budgets = [0, 1, 2].map(() => new EnquiryBudget(shared, 'partner', () => now, 7));
        const bySecond = new Map<number, number>();
        for (const { afterMs, instance, wanted } of takes) {
          now += afterMs;
          const second = Math.floor(now / 1_000);
          const got = await budgets[instance]!.take(wanted, 500, false);
          bySecond.set(second, (bySecond.get(second) ?? 0) + got);
        }
        for (const got of bySecond.values()) expect(got).toBeLessThanOrEqual(7);
      },
    ),
  );
});
