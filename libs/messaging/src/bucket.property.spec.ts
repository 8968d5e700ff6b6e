import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fullAfterMs, spendFrom, type BucketLevel, type Spending } from './bucket.js';

// Any bucket, any spendings, a clock that also jumps back.

const bucketOf = fc.record({
  size: fc.integer({ min: 1, max: 500 }),
  perSecond: fc.integer({ min: 1, max: 100 }),
});
const step = fc.record({
  waitMs: fc.integer({ min: -2_000, max: 5_000 }),
  cost: fc.integer({ min: -5, max: 20 }),
  anyway: fc.boolean(),
});

it('gives no more than its size, what time brings and what was given back, and never leaves its bounds', () => {
  fc.assert(
    fc.property(bucketOf, fc.array(step, { maxLength: 60 }), (bucket, steps) => {
      let [now, taken, brought, given] = [0, 0, 0, 0];
      let before: BucketLevel | undefined;
      for (const { waitMs, cost, anyway } of steps) {
        now += waitMs;
        if (before !== undefined) brought += (Math.max(0, now - before.atMs) * bucket.perSecond) / 1_000;
        const spending: Spending = cost < 0 ? { cost, anyway: true } : { cost, anyway };
        const spent = spendFrom(before, bucket, spending, now);
        expect(Math.abs(spent.level)).toBeLessThanOrEqual(bucket.size);
        if (before !== undefined && waitMs <= 0)
          expect(spent.level).toBeLessThanOrEqual(before.level + Math.max(0, -cost));
        if (cost < 0) given -= cost;
        // What is taken although it is not there is bounded by the bucket's floor, and paid for before anything else.
        else if (spent.taken && !anyway) {
          taken += cost;
          expect(spent.level).toBeGreaterThanOrEqual(0);
        }
        before = { level: spent.level, atMs: now };
      }
      expect(taken).toBeLessThanOrEqual(bucket.size + brought + given + 1e-6);
    }),
  );
});

it('has what it is asked for when as much time has passed as was said, and is full when it is forgotten', () => {
  fc.assert(
    fc.property(bucketOf, fc.integer({ min: 1, max: 500 }), (bucket, drained) => {
      const cost = Math.min(drained, bucket.size);
      const { level } = spendFrom(undefined, bucket, { cost: bucket.size, anyway: true }, 0);
      const waitMs = Math.ceil(((cost - level) / bucket.perSecond) * 1_000);
      const early = spendFrom({ level, atMs: 0 }, bucket, { cost }, waitMs - 1_000 / bucket.perSecond - 1);
      expect(early.taken).toBe(false);
      expect(spendFrom({ level, atMs: 0 }, bucket, { cost }, waitMs).taken).toBe(true);
      const full = spendFrom({ level, atMs: 0 }, bucket, { cost: 0 }, fullAfterMs(bucket, level));
      expect(full.level).toBe(bucket.size);
    }),
  );
});
