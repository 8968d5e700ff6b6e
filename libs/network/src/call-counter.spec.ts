import { expect, it } from '@jest/globals';
import { LATENCY_BOUNDS_MS } from '@tonle/contracts';
import fc from 'fast-check';
import { CallCounter } from './call-counter.js';

const SLOT_MS = 30_000;
const KEPT_MS = 300_000;

it('puts each answer into the first class that it is not longer than', () => {
  const calls = new CallCounter(() => 0);
  for (const bound of LATENCY_BOUNDS_MS) calls.answered(bound);
  calls.answered(LATENCY_BOUNDS_MS[0] + 0.5);
  calls.answered(LATENCY_BOUNDS_MS.at(-1)! + 0.5);
  calls.failed();
  expect(calls.counts).toEqual({ answered: 13, failed: 1, classes: [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1] });
});

it('counts those of the last five minutes, in steps of half a minute, whenever they came', () => {
  const call = fc.record({ afterMs: fc.integer({ min: 0, max: 200_000 }), failed: fc.boolean() });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 30 }), (all) => {
      let now = 0;
      const calls = new CallCounter(() => now);
      const came: { at: number; failed: boolean }[] = [];
      for (const { afterMs, failed } of all) {
        now += afterMs;
        came.push({ at: now, failed });
        if (failed) calls.failed();
        else calls.answered(1);
      }
      const firstMs = Math.floor(now / SLOT_MS) * SLOT_MS - KEPT_MS + SLOT_MS;
      const living = came.filter(({ at }) => at >= firstMs);
      const failures = living.filter(({ failed }) => failed).length;
      expect(calls.counts).toMatchObject({ answered: living.length - failures, failed: failures });
    }),
  );
});

it('begins anew when the clock was set back', () => {
  let now = 3_600_000;
  const calls = new CallCounter(() => now);
  calls.answered(1);
  now = 0;
  calls.failed();
  expect(calls.counts).toMatchObject({ answered: 0, failed: 1 });
});
