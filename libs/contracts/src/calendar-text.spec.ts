import { describe, expect, it } from '@jest/globals';
import { askedDay, askedInstant, askedMonth } from './calendar-text.js';
import { accountingPeriod } from './calls-finance.js';

describe('what may be asked for of the calendar', () => {
  it.each(['0000-01-01', '0001-01-01', '1969-12-31', '3000-01-01', '9999-12-31'])('is not %s', (day) => {
    const instant = `${day}T12:00:00+07:00`;
    const taken = [askedDay, askedInstant, askedMonth, accountingPeriod].map(
      (schema, index) => schema.safeParse([day, instant, day.slice(0, 7), day][index]).success,
    );
    expect(taken).toEqual([false, false, false, false]);
    expect(accountingPeriod.safeParse(day.slice(0, 7)).success).toBe(false);
  });

  it('has one fault when it has not the form', () => {
    const faults = [askedDay, askedInstant, askedMonth].map(
      (schema) => schema.safeParse('no-such-thing').error?.issues.length,
    );
    expect(faults).toEqual([1, 1, 1]);
  });

  it('is any day, instant or month between', () => {
    expect(askedDay.safeParse('2026-11-28').success).toBe(true);
    expect(askedDay.safeParse('2026-02-30').success).toBe(false);
    expect(askedInstant.safeParse('2026-11-28T10:00:00.123+07:00').success).toBe(true);
    expect(askedInstant.safeParse('1970-01-01T00:00:00Z').success).toBe(true);
    expect(askedInstant.safeParse('2026-11-28').success).toBe(false);
    expect(askedMonth.safeParse('2026-13').success).toBe(false);
    expect(accountingPeriod.safeParse('2026-11').success).toBe(true);
  });
});
