import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shareOfRate } from './ramp.js';

describe('the rate that a load begins with', () => {
  it('is always something, and never more than all of it', () => {
    const started = fc.integer({ min: 0, max: 1e9 }).map((microseconds) => microseconds / 1000);
    const wholeMs = fc.integer({ min: 0, max: 60_000 });
    fc.assert(
      fc.property(started, wholeMs, fc.oneof(fc.constant(0), wholeMs), (from, leadMs, warmupMs) => {
        const share = shareOfRate(from + leadMs - from - leadMs, warmupMs);
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is the whole rate at once without a warm-up, a rounding error before its time too', () => {
    expect(shareOfRate(0, 0)).toBe(1);
    expect(shareOfRate(-1e-11, 0)).toBe(1);
  });

  it('rises from a tenth to the whole in the first half of a warm-up', () => {
    expect([0, 250, 500, 1000].map((ms) => shareOfRate(ms, 1000))).toEqual([0.1, 0.55, 1, 1]);
  });
});
