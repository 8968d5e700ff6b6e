import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  alertOf,
  breachByDay,
  breachByTrend,
  percentOf,
  useOf,
  type UsePoint,
} from './liquidity-use.decide.js';

const NOW = 1_800_000_000_000;
const WEEK_MS = 7 * 86_400_000;
const minor = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const positive = fc.bigInt({ min: 1n, max: 10n ** 15n });
const hour = fc.integer({ min: 1, max: 3_600_000 });

describe('the forecast by the last hour', () => {
  it('is the first millisecond at which a straight line through both points reaches the limit', () => {
    fc.assert(
      fc.property(minor, positive, positive, hour, (used, grown, room, elapsed) => {
        const at = breachByTrend(
          [{ atMs: NOW - elapsed, usedMinor: used - grown }],
          { atMs: NOW, usedMinor: used },
          used + room,
        );
        // By the line, grown / elapsed a millisecond.
        const reaches = (ms: number) => grown * BigInt(ms) >= room * BigInt(elapsed);
        if (at === undefined) return expect(reaches(WEEK_MS)).toBe(false);
        const left = at - NOW;
        return expect([reaches(left), left > 0 && reaches(left - 1), left <= WEEK_MS]).toEqual([
          true,
          false,
          true,
        ]);
      }),
    );
  });

  it('says nothing where the use does not grow, and now where nothing is left', () => {
    fc.assert(
      fc.property(
        minor,
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        positive,
        hour,
        (used, fallen, room, elapsed) => {
          const before: UsePoint[] = [{ atMs: NOW - elapsed, usedMinor: used + fallen }];
          const now = { atMs: NOW, usedMinor: used };
          expect(breachByTrend(before, now, used + room)).toBeUndefined();
          expect(breachByTrend([], now, used + room)).toBeUndefined();
          expect(breachByTrend([], now, used - room)).toBe(NOW);
          expect(breachByDay([], now, used)).toBe(NOW);
        },
      ),
    );
  });

  it('comes no sooner when there is more room', () => {
    fc.assert(
      fc.property(minor, positive, positive, positive, hour, (used, grown, room, more, elapsed) => {
        const before = [{ atMs: NOW - elapsed, usedMinor: used - grown }];
        const now = { atMs: NOW, usedMinor: used };
        const sooner = breachByTrend(before, now, used + room) ?? Infinity;
        expect(breachByTrend(before, now, used + room + more) ?? Infinity).toBeGreaterThanOrEqual(sooner);
      }),
    );
  });
});

describe('the forecast by the same weekday', () => {
  const day = fc.array(fc.tuple(fc.integer({ min: 1, max: 600_000 }), minor), {
    minLength: 1,
    maxLength: 50,
  });

  it('is the first point of that day at which as much had come to be used as is left now', () => {
    fc.assert(
      fc.property(day, minor, positive, (steps, used, room) => {
        let atMs = NOW - WEEK_MS;
        const points = steps.map(([ms, usedMinor]) => ({ atMs: (atMs += ms), usedMinor }));
        const at = breachByDay(points, { atMs: NOW, usedMinor: used }, used + room);
        const grown = points.map((point) => point.usedMinor - points[0]!.usedMinor);
        const first = grown.findIndex((sum) => sum >= room);
        expect(at).toBe(first < 0 ? undefined : NOW + points[first]!.atMs - points[0]!.atMs);
      }),
    );
  });
});

describe('a use', () => {
  const account = { prefundMinor: '1000', capMinor: '500', positionMinor: '300', pendingDebitsMinor: '450' };

  it('is what is owed and may come to be, of prefund and cap; on a rail what is left counts', () => {
    expect(useOf(account, true)).toEqual({ usedMinor: 750n, limitMinor: 1500n });
    expect(useOf(account, false)).toBeUndefined();
    expect(useOf({ ...account, railMinor: '70' }, true)).toEqual({ usedMinor: 750n, limitMinor: 1500n });
    const none = { ...account, prefundMinor: '0', capMinor: '0', railMinor: '70' };
    expect(useOf(none, true)).toEqual({ usedMinor: -70n, limitMinor: 0n });
    expect(useOf({ ...account, railMinor: '70' }, false)).toEqual({ usedMinor: -70n, limitMinor: 0n });
  });

  it.each([
    [49n, 49, 0],
    [50n, 50, 50],
    [74n, 74, 50],
    [75n, 75, 75],
    [90n, 90, 90],
    [130n, 130, 90],
    [-5n, 0, 0],
  ])('of %s in a hundred is %s percent, alert %s', (usedMinor, percent, alert) => {
    expect(percentOf({ usedMinor, limitMinor: 100n })).toBe(percent);
    expect(alertOf(percent)).toBe(alert);
  });

  it('without a limit has no share', () => {
    expect(percentOf({ usedMinor: 5n, limitMinor: 0n })).toBeUndefined();
    expect(alertOf(undefined)).toBe(0);
  });
});
