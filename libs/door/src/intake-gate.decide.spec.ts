import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ageOf, isShut, wouldComeLate } from './intake-gate.decide.js';

const LIMIT_MS = 5_000;
const ages = fc.array(fc.double({ min: 0, max: 3 * LIMIT_MS, noNaN: true }), { minLength: 1 });

it('takes nothing at the limit or above it, and takes again only when the queue is half as old', () => {
  fc.assert(
    fc.property(ages, (seen) => {
      let shut = false;
      for (const age of seen) {
        const before = shut;
        shut = isShut(before, age, LIMIT_MS);
        if (age >= LIMIT_MS) expect(shut).toBe(true);
        if (age < LIMIT_MS / 2) expect(shut).toBe(false);
        if (age >= LIMIT_MS / 2 && age < LIMIT_MS) expect(shut).toBe(before);
      }
    }),
  );
});

it('is as old as its oldest part', () => {
  expect(ageOf({ commit: 1, outbox: 2, routing: 3 })).toBe(3);
  expect(ageOf({ commit: 4, outbox: 2, routing: 3 })).toBe(4);
  expect(ageOf({ commit: 1, outbox: 5, routing: 3 })).toBe(5);
});

it('in a queue that grows no older, what is taken is in routing before its time ends', () => {
  const ms = fc.integer({ min: 1, max: 100_000 });
  fc.assert(
    fc.property(ms, ms, fc.double({ min: 0, max: 1, noNaN: true }), (ageMs, leftMs, share) => {
      const waitsMs = ageMs * share;
      if (!wouldComeLate(ageMs, leftMs)) expect(waitsMs).toBeLessThan(leftMs);
    }),
  );
});

it('leaves what is late already to routing, which says so', () => {
  expect([wouldComeLate(0, 0), wouldComeLate(10, -1), wouldComeLate(10, 10)]).toEqual([false, false, true]);
});
