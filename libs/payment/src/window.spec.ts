import { describe, expect, it } from '@jest/globals';
import { cutOffOf, windowOf } from './index.js';

const SIDE = { partner: 'BAKONG', currency: 'KHR', settlementMode: 'GROSS_RT' } as const;
const calendar = (cutOff: string, utcOffsetMinutes = 420) => ({ version: 3, utcOffsetMinutes, cutOff });

describe('the window of a completion (domain 7.1)', () => {
  it.each([
    ['before the cut-off', '2026-11-28T08:59:59.999Z', calendar('16:00'), '2026-11-28'],
    ['at the cut-off', '2026-11-28T09:00:00.000Z', calendar('16:00'), '2026-11-29'],
    ['after midnight in Phnom Penh', '2026-11-28T17:00:00.000Z', calendar('16:00'), '2026-11-29'],
    ['late in the local evening', '2026-11-28T16:59:59.999Z', calendar('16:00'), '2026-11-29'],
    ['cut off at midnight, before it', '2026-11-28T16:59:59.999Z', calendar('00:00'), '2026-11-28'],
    ['cut off at midnight, at it', '2026-11-28T17:00:00.000Z', calendar('00:00'), '2026-11-29'],
    ['west of UTC', '2026-11-28T02:00:00.000Z', calendar('22:30', -300), '2026-11-27'],
    ['at the end of a year', '2026-12-31T09:00:00.000Z', calendar('16:00'), '2027-01-01'],
    ['a minute before the end of a day', '2026-11-28T16:59:00.000Z', calendar('23:59'), '2026-11-29'],
  ])('%s', (_name, at, of, day) => {
    const completedAtMs = Date.parse(at);
    const window = windowOf(completedAtMs, SIDE, of);
    expect(window).toEqual({ ...SIDE, windowId: `BAKONG-KHR-${day}`, day, calendarVersion: 3 });
    // Its window is the one that is cut off next.
    const before = new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
    expect(cutOffOf(day, of)).toBeGreaterThan(completedAtMs);
    expect(cutOffOf(before, of)).toBeLessThanOrEqual(completedAtMs);
  });

  it.each([
    ['16:00', '2026-11-28T09:00:00.000Z'],
    ['00:00', '2026-11-28T17:00:00.000Z'],
    ['00:01', '2026-11-27T17:01:00.000Z'],
  ])('is cut off at %s of its local day', (cutOff, at) => {
    expect(new Date(cutOffOf('2026-11-28', calendar(cutOff))).toISOString()).toBe(at);
  });
});
