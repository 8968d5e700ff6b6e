import type { InService, Violations } from './violation.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Calendars: their holidays are days that there are, once each, and none after the day until which they are known. */
export function* checkCalendars({ calendars }: InService): Violations {
  for (const [id, { holidays, holidaysUntil }] of calendars) {
    const wrong = (text: string) => ({ rule: 'holiday_wrong' as const, entry: `calendar ${id}`, text });
    if (holidaysUntil !== undefined && !isDay(holidaysUntil))
      yield wrong(`holidaysUntil "${holidaysUntil}" is no day of a year; write it as YYYY-MM-DD`);
    for (const [at, day] of holidays.entries()) {
      if (!isDay(day)) yield wrong(`holiday "${day}" is no day of a year; write it as YYYY-MM-DD`);
      else if (holidays.indexOf(day) < at) yield wrong(`holiday ${day} is here twice; delete one of them`);
      else if (holidaysUntil !== undefined && day > holidaysUntil)
        yield wrong(
          `holiday ${day} is after holidaysUntil, ${holidaysUntil}; move that on, or delete the holiday`,
        );
    }
  }
}

function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return DAY.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
