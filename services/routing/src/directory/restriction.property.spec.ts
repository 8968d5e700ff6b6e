import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { letsMoreThrough, type Restriction } from './restriction.decide.js';

const NOW_MS = Date.parse('2026-11-28T02:00:00.000Z');
const at = (ms: number) => new Date(ms).toISOString();

/** Ends on whole seconds around now, or none. */
const lasting = fc.option(fc.integer({ min: -3, max: 6 }), { nil: undefined }).map((end) => ({
  ...{ since: at(NOW_MS - 60_000), by: 'OPERATOR-1', reason: 'a drill' },
  ...(end !== undefined && { until: at(NOW_MS + end * 1_000) }),
}));
const restriction: fc.Arbitrary<Restriction> = fc.record(
  {
    hold: fc.tuple(fc.constantFrom('pause' as const, 'drain' as const), lasting).map(([kind, rest]) => ({
      kind,
      ...rest,
    })),
    throttle: fc.tuple(fc.constantFrom(1, 5, 10), lasting).map(([perSecond, rest]) => ({
      perSecond,
      ...rest,
    })),
  },
  { requiredKeys: [] },
);

/** What is taken at an instant, written down as plainly as can be: no quotes and no payments, no quotes, or so many a second. */
function taken({ hold, throttle }: Restriction, ms: number): readonly [offers: boolean, perSecond: number] {
  const holds = hold !== undefined && (hold.until === undefined || ms < Date.parse(hold.until));
  const slows = throttle !== undefined && (throttle.until === undefined || ms < Date.parse(throttle.until));
  if (holds && hold.kind === 'pause') return [false, 0];
  return [!holds, slows ? throttle.perSecond : 1_000_000];
}

describe('what lets more through', () => {
  it('is what takes more at any time to come', () => {
    fc.assert(
      fc.property(restriction, restriction, (before, after) => {
        const half = Array.from({ length: 20 }, (_, n) => NOW_MS + n * 500);
        const more = half.some((ms) => {
          const [was, becomes] = [taken(before, ms), taken(after, ms)];
          return (becomes[0] && !was[0]) || becomes[1] > was[1];
        });
        expect(letsMoreThrough(before, after, NOW_MS)).toBe(more);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is never what is as it was', () => {
    fc.assert(fc.property(restriction, (same) => !letsMoreThrough(same, same, NOW_MS)));
  });

  const hold = (kind: 'pause' | 'drain', until?: string) => ({
    hold: { kind, since: at(NOW_MS), by: 'o', reason: 'r', ...(until !== undefined && { until }) },
  });
  it.each<[string, Restriction, Restriction, boolean]>([
    ['a pause', {}, hold('pause'), false],
    ['a pause that ends', {}, hold('pause', at(NOW_MS + 1)), false],
    ['a resumption', hold('pause'), {}, true],
    ['a pause that ends in place of one that does not', hold('pause'), hold('pause', at(NOW_MS + 1)), true],
    ['draining in place of a pause', hold('pause'), hold('drain'), true],
    ['a pause in place of draining', hold('drain'), hold('pause'), false],
    ['what was over', hold('pause', at(NOW_MS)), {}, false],
  ])('%s', (_what, before, after, more) => {
    expect(letsMoreThrough(before, after, NOW_MS)).toBe(more);
  });
});
