import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { TakenSamples } from './taken-samples.js';

/** Payments that are taken one after another, of which routing has had all up to one. */
const queues = fc
  .array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 100 })
  .chain((gaps) => {
    let at = 0;
    const takenAt = gaps.map((gap) => (at += gap));
    return fc.record({
      takenAt: fc.constant(takenAt),
      passed: fc.integer({ min: 0, max: gaps.length }),
      later: fc.integer({ min: 0, max: 10_000 }),
    });
  });

it('says how long the oldest waits, to a quarter of a second and never more than it does', () => {
  fc.assert(
    fc.property(queues, ({ takenAt, passed, later }) => {
      const samples = new TakenSamples();
      takenAt.forEach((at, index) => samples.taken(`P${index}`, at));
      const nowMs = takenAt.at(-1)! + later;
      const asked = samples.paymentIds;
      samples.arrived(new Set(takenAt.slice(0, passed).map((_, index) => `P${index}`)));
      samples.asked(asked);
      const trueMs = passed === takenAt.length ? 0 : nowMs - takenAt[passed]!;
      expect(samples.waitedMs(nowMs)).toBeLessThanOrEqual(trueMs);
      expect(samples.waitedMs(nowMs)).toBeGreaterThan(trueMs - 251);
    }),
  );
});

it('says nothing of one that routing was not asked for yet', () => {
  const samples = new TakenSamples();
  samples.taken('A', 0);
  expect(samples.waitedMs(9_000)).toBe(0);
  samples.asked(['A']);
  expect(samples.waitedMs(9_000)).toBe(9_000);
});

it('is not held up by one that was lost: what was taken after it is in routing, or it is too old', () => {
  const samples = new TakenSamples();
  for (const [id, at] of [
    ['lost', 0],
    ['B', 1_000],
    ['C', 2_000],
  ] as const)
    samples.taken(id, at);
  samples.asked(['lost', 'B', 'C']);
  samples.arrived(new Set(['B']));
  expect([samples.paymentIds, samples.waitedMs(2_500)]).toEqual([['C'], 500]);
  samples.forgetBefore(2_001);
  expect([samples.paymentIds, samples.waitedMs(2_500)]).toEqual([[], 0]);
});

it('keeps few, and the oldest of them', () => {
  const samples = new TakenSamples();
  for (let at = 0; at < 600_000; at += 50) samples.taken(`P${at}`, at);
  expect(samples.paymentIds).toHaveLength(240);
  samples.asked(samples.paymentIds);
  expect(samples.waitedMs(600_000)).toBe(600_000);
});
