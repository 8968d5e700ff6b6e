import type { CalendarBody } from '@tonle/directory';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

type Zone = Pick<CalendarBody, 'utcOffsetMinutes'>;

/** The day of an instant by the clock of a calendar. */
export function localDay(instant: Date, { utcOffsetMinutes }: Zone): string {
  return new Date(instant.getTime() + utcOffsetMinutes * MINUTE_MS).toISOString().slice(0, 10);
}

/** Its first instant, epoch ms. */
export function startOfDay(day: string, { utcOffsetMinutes }: Zone): number {
  return Date.parse(`${day}T00:00:00Z`) - utcOffsetMinutes * MINUTE_MS;
}

/** The first instant of the day after. */
export function endOfDay(day: string, zone: Zone): Date {
  return new Date(startOfDay(day, zone) + DAY_MS);
}
