import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutOffOf, windowDay, windowOf } from './window.js';

// Any two calendars and any instant, most often at an edge: half past eleven, midnight, a cut-off, the ends of months and years.

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const twoDigits = (max: number) =>
  fc.integer({ min: 0, max }).map((each) => each.toString().padStart(2, '0'));
const cutOff = fc.oneof(
  fc.constantFrom('00:00', '00:01', '23:00', '23:30', '23:59', '16:00'),
  fc.tuple(twoDigits(23), twoDigits(59)).map(([hour, minute]) => `${hour}:${minute}`),
);
const offset = fc.oneof(
  fc.constantFrom(420, 480),
  fc.integer({ min: -48, max: 56 }).map((each) => each * 15),
);
const calendar = fc.record({ version: fc.constant(1), utcOffsetMinutes: offset, cutOff });
const day = fc.oneof(
  fc.constantFrom('2026-11-30', '2026-12-31', '2027-01-01', '2027-02-28', '2028-02-29', '2026-04-14'),
  fc
    .integer({ min: Date.parse('2026-01-01') / DAY_MS, max: Date.parse('2031-12-31') / DAY_MS })
    .map((each) => new Date(each * DAY_MS).toISOString().slice(0, 10)),
);
/** An instant around an edge of the day, by the clock of UTC+7. */
const instant = fc
  .tuple(day, fc.constantFrom('23:30', '00:00', '23:00', '23:59', '12:00'), fc.constantFrom(-1, 0, 1))
  .map(([on, time, by]) => Date.parse(`${on}T${time}:00+07:00`) + by);
const before = (on: string, days = 1) => new Date(Date.parse(on) - days * DAY_MS).toISOString().slice(0, 10);

describe('the window of an instant', () => {
  it('is the one that is cut off next, in each calendar for itself', () => {
    fc.assert(
      fc.property(fc.tuple(calendar, calendar), instant, (calendars, at) => {
        for (const of of calendars) {
          const on = windowDay(at, of);
          expect(cutOffOf(on, of)).toBeGreaterThan(at);
          expect(cutOffOf(before(on), of)).toBeLessThanOrEqual(at);
        }
      }),
    );
  });

  it('changes at the cut-off and nowhere else, and lasts for a day, holidays or not', () => {
    fc.assert(
      fc.property(calendar, day, fc.nat(DAY_MS - 1), (of, on, within) => {
        const end = cutOffOf(on, of);
        expect(end - cutOffOf(before(on), of)).toBe(DAY_MS);
        expect(windowDay(end - 1 - within, of)).toBe(on);
        expect(before(windowDay(end, of))).toBe(on);
        // It is cut off at that time by the local clock.
        const local = new Date(end + of.utcOffsetMinutes * MINUTE_MS).toISOString();
        expect(local.slice(11)).toBe(`${of.cutOff}:00.000Z`);
      }),
    );
  });

  it('never goes back as time goes on, and two of one instant are at most two days apart', () => {
    fc.assert(
      fc.property(calendar, calendar, instant, fc.nat(3 * DAY_MS), (one, other, at, later) => {
        expect(windowDay(at + later, one) >= windowDay(at, one)).toBe(true);
        const apart = (Date.parse(windowDay(at, one)) - Date.parse(windowDay(at, other))) / DAY_MS;
        expect(Math.abs(apart)).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('at 23:30 in Phnom Penh is the next day at UTC+8, whose day ends at midnight', () => {
    const side = (partner: string) => ({ partner, currency: 'USD', settlementMode: 'DEFERRED_NET' }) as const;
    const home = { version: 1, utcOffsetMinutes: 420, cutOff: '00:00' };
    const away = { version: 1, utcOffsetMinutes: 480, cutOff: '00:00' };
    const windowsAt = (at: string) => [
      windowOf(Date.parse(at), side('HOME'), home).windowId,
      windowOf(Date.parse(at), side('AWAY'), away).windowId,
    ];
    expect(windowsAt('2026-12-31T23:30:00+07:00')).toEqual(['HOME-USD-2026-12-31', 'AWAY-USD-2027-01-01']);
    expect(windowsAt('2026-12-31T22:59:59+07:00')).toEqual(['HOME-USD-2026-12-31', 'AWAY-USD-2026-12-31']);
    expect(windowsAt('2027-01-01T00:00:00+07:00')).toEqual(['HOME-USD-2027-01-01', 'AWAY-USD-2027-01-01']);
  });
});
