import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CalendarBody } from '@tonle/directory';
import { absentStatements, type CoveredDays, type ExpectedOfDays } from './statements-due.decide.js';

// 2026-11-20 is a Friday.
const CALENDAR = {
  utcOffsetMinutes: 420,
  holidays: ['2026-11-24'],
} as unknown as CalendarBody;
const BANK: ExpectedOfDays = { from: 'THSETTLE', currency: 'THB', since: '2026-11-18', calendar: CALENDAR };
const NETWORK: ExpectedOfDays = { from: 'BAKONG', currency: 'KHR', since: '2026-11-22' };
const SPAN = { from: '2026-11-20', until: '2026-11-25' };
const shown = (...given: Parameters<typeof absentStatements>) =>
  absentStatements(...given).map(({ from, currency, day }) => `${day} ${from} ${currency}`);
const covers = (
  { from, currency }: Pick<ExpectedOfDays, 'from' | 'currency'>,
  first: string,
  last = first,
): CoveredDays => ({ from, currency, first, last });

it('expects a bank on its banking days, and a network on every day from its first window on', () => {
  expect(shown([BANK, NETWORK], [], SPAN)).toEqual([
    '2026-11-20 THSETTLE THB',
    '2026-11-22 BAKONG KHR',
    '2026-11-23 BAKONG KHR',
    '2026-11-23 THSETTLE THB',
    '2026-11-24 BAKONG KHR',
    '2026-11-25 BAKONG KHR',
    '2026-11-25 THSETTLE THB',
  ]);
});

it('takes a statement of several days for each of them, and none for another account', () => {
  const here = [
    covers(BANK, '2026-11-20', '2026-11-23'),
    covers({ from: 'THSETTLE', currency: 'USD' }, '2026-11-25'),
    covers({ from: 'LASETTLE', currency: 'THB' }, '2026-11-25'),
  ];
  expect(shown([BANK], here, SPAN)).toEqual(['2026-11-25 THSETTLE THB']);
});

it('expects nothing before somebody was known', () => {
  expect(shown([{ ...BANK, since: '2026-11-25' }], [], SPAN)).toEqual(['2026-11-25 THSETTLE THB']);
  expect(shown([{ ...BANK, since: '2026-11-26' }], [], SPAN)).toEqual([]);
});

it('lacks nothing when every day is covered, and just the day that is not', () => {
  const days = ['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25'];
  fc.assert(
    fc.property(fc.subarray(days), (left) => {
      const here = days.filter((day) => !left.includes(day)).map((day) => covers(NETWORK, day));
      const every = { ...NETWORK, since: days[0]! };
      expect(absentStatements([every], here, SPAN).map(({ day }) => day)).toEqual(left);
    }),
  );
});
