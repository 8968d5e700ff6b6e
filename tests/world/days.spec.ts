import { expect, it } from '@jest/globals';
import { daysSince, inOneDay } from './days.js';

const PHNOM_PENH = 420;
const beforeMidnight = Date.parse('2026-12-31T16:59:59.999Z');
const midnight = Date.parse('2026-12-31T17:00:00Z');

it("knows the network's days, across a midnight of its own", () => {
  expect(daysSince(beforeMidnight, PHNOM_PENH, midnight)).toEqual(['2026-12-31', '2027-01-01']);
  expect(daysSince(midnight, PHNOM_PENH, Date.parse('2027-01-01T16:59:59Z'))).toEqual(['2027-01-01']);
  expect(daysSince(beforeMidnight, 0, midnight)).toEqual(['2026-12-31']);
});

it('does again what midnight came into', async () => {
  const instants = [beforeMidnight, midnight, midnight, midnight];
  const attempts: number[] = [];
  const run = (attempt: number) => Promise.resolve(attempts.push(attempt));
  expect(await inOneDay(PHNOM_PENH, run, () => instants.shift()!)).toBe(2);
  expect(attempts).toEqual([0, 1]);
});
