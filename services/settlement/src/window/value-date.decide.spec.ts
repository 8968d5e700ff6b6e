import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { localDate, valueDateOf } from './value-date.decide.js';

const none = { holidays: [] };
const closed = (...holidays: string[]) => ({ holidays });

describe('the value date of a window', () => {
  it.each([
    ['a Thursday and a lag of one', '2026-11-19', 1, [none], '2026-11-20'],
    ['a Friday: over the weekend', '2026-11-20', 1, [none], '2026-11-23'],
    ['a holiday of the one country', '2026-11-19', 1, [closed('2026-11-20'), none], '2026-11-23'],
    ['a holiday of the other', '2026-11-19', 1, [none, closed('2026-11-20')], '2026-11-23'],
    [
      'holidays of both in turn',
      '2026-11-19',
      1,
      [closed('2026-11-20', '2026-11-24'), closed('2026-11-23')],
      '2026-11-25',
    ],
    ['a lag of none', '2026-11-19', 0, [none], '2026-11-19'],
    ['the end of a year', '2026-12-31', 1, [closed('2027-01-01')], '2027-01-04'],
  ])('of %s', (_what, day, lag, calendars, expected) => {
    expect(valueDateOf(day, lag, calendars)).toBe(expected);
  });

  it('is not before the day from which it can still be paid', () => {
    expect(valueDateOf('2026-11-16', 1, [none], '2026-11-21')).toBe('2026-11-23');
    expect(valueDateOf('2026-11-16', 1, [none], '2026-11-10')).toBe('2026-11-17');
  });

  it('is none where the countries are never open together within a year', () => {
    const days = Array.from({ length: 800 }, (_, day) =>
      new Date(Date.parse('2026-01-01') + day * 86_400_000).toISOString().slice(0, 10),
    );
    expect(valueDateOf('2026-02-02', 1, [closed(...days)])).toBeUndefined();
  });

  const day = fc
    .integer({ min: 0, max: 700 })
    .map((days) => new Date(Date.parse('2026-01-01') + days * 86_400_000).toISOString().slice(0, 10));
  const calendar = fc.array(day, { maxLength: 60 }).map((holidays) => ({ holidays }));

  it('is the first day that all are open, whatever the holidays, and a further holiday never makes it earlier', () => {
    fc.assert(
      fc.property(
        day,
        fc.integer({ min: 0, max: 5 }),
        fc.array(calendar, { minLength: 1, maxLength: 3 }),
        day,
        (from, lag, all, more) => {
          const found = valueDateOf(from, lag, all)!;
          const isOpen = (date: string) =>
            ![0, 6].includes(new Date(date).getUTCDay()) &&
            all.every(({ holidays }) => !holidays.includes(date));
          expect(isOpen(found)).toBe(true);
          for (let at = Date.parse(from) + lag * 86_400_000; at < Date.parse(found); at += 86_400_000)
            expect(isOpen(new Date(at).toISOString().slice(0, 10))).toBe(false);
          expect(valueDateOf(from, lag, [...all, closed(more)])! >= found).toBe(true);
        },
      ),
    );
  });

  it('is told by the clock of the bank', () => {
    expect(localDate(Date.parse('2026-11-20T17:00:00Z'), { utcOffsetMinutes: 420 })).toBe('2026-11-21');
    expect(localDate(Date.parse('2026-11-20T16:59:59Z'), { utcOffsetMinutes: 420 })).toBe('2026-11-20');
  });
});
