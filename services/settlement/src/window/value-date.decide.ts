import { isBankingDate, type CalendarBody } from '@tonle/directory';

type BankingCalendar = Pick<CalendarBody, 'holidays'>;

const DAY_MS = 86_400_000;
/** No two countries are closed for longer; whoever says so has a calendar that is wrong. */
const CLOSED_DAYS_MAX = 366;

/**
 * When a window's money moves: the first day at or after window day + lag, and not before `notBefore`, that is a banking day of
 * every calendar (domain 7.1). Undefined when there is none within a year. Pure; days are YYYY-MM-DD.
 */
export function valueDateOf(
  windowDay: string,
  lagDays: number,
  calendars: readonly BankingCalendar[],
  notBefore = windowDay,
): string | undefined {
  const earliest = dayAfter(windowDay, lagDays);
  const first = earliest < notBefore ? notBefore : earliest;
  for (let days = 0; days <= CLOSED_DAYS_MAX; days += 1) {
    const day = dayAfter(first, days);
    if (calendars.every((calendar) => isBankingDate(day, calendar))) return day;
  }
  return undefined;
}

/** The local date of an instant. */
export function localDate(
  atMs: number,
  { utcOffsetMinutes }: Pick<CalendarBody, 'utcOffsetMinutes'>,
): string {
  return new Date(atMs + utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
}

function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}
