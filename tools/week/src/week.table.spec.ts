import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { weekFrom } from './week.table.js';

const DAY_MS = 86_400_000;
const dayMs = ({ day }: { readonly day: string }): number => Date.parse(day);
const instants = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2036-01-01') });

it('begins on a Monday to come, within which a month ends', () => {
  fc.assert(
    fc.property(instants, (now) => {
      const week = weekFrom(now);
      expect(new Date(week[0]!.day).getUTCDay()).toBe(1);
      expect(dayMs(week[0]!)).toBeGreaterThan(now);
      expect(dayMs(week[0]!) - now).toBeLessThanOrEqual(36 * DAY_MS);
      expect(week.filter(({ isPaying }) => isPaying)).toEqual(week.slice(0, 5));
      const ends = week.filter(({ endsMonth }) => endsMonth);
      expect(ends).toHaveLength(1);
      expect(week.indexOf(ends[0]!)).toBeLessThan(7);
      expect(new Date(dayMs(ends[0]!) + DAY_MS).getUTCDate()).toBe(1);
    }),
  );
});

it('is the next one when the month ends on its Monday, and a later one when it does not end in it', () => {
  expect(weekFrom(Date.parse('2026-11-29T22:00:00Z'))[0]!.day).toBe('2026-11-30');
  expect(weekFrom(Date.parse('2026-11-30T00:00:00Z'))[0]!.day).toBe('2026-12-28');
});
