import type { Side } from './corridor.js';
import type { CalendarBody } from './entry.schema.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Does a network take payments at this time of its day? */
export function isOpen({ openingHours, calendar }: Side, atMs: number): boolean {
  if (openingHours === undefined) return true;
  const { from, to, bankingDaysOnly } = openingHours;
  const localMs = atMs + calendar.utcOffsetMinutes * MINUTE_MS;
  const time = new Date(localMs).toISOString().slice(11, 16);
  const pastMidnight = to <= from;
  const within = pastMidnight ? time >= from || time < to : time >= from && time < to;
  if (!within || !bankingDaysOnly) return within;
  // What is open after midnight opened on the day before.
  return isBankingDay(pastMidnight && time < to ? localMs - DAY_MS : localMs, calendar);
}

/** How far ahead an opening is looked for. */
const OPENS_WITHIN_DAYS = 14;

/** When networks that are not all open now will be; undefined when that is further off than two weeks. */
export function opensAtMs(sides: readonly Side[], atMs: number): number | undefined {
  // All are open from the moment on at which the last of them opens.
  const openings = sides.flatMap(({ openingHours, calendar }) => {
    if (openingHours === undefined) return [];
    const offsetMs = calendar.utcOffsetMinutes * MINUTE_MS;
    const today = Date.parse(`${dateOf(atMs + offsetMs)}T${openingHours.from}:00Z`) - offsetMs;
    return Array.from({ length: OPENS_WITHIN_DAYS + 1 }, (_, day) => today + day * DAY_MS);
  });
  return openings.sort((a, b) => a - b).find((ms) => ms > atMs && sides.every((side) => isOpen(side, ms)));
}

function isBankingDay(localMs: number, { holidays }: Pick<CalendarBody, 'holidays'>): boolean {
  const day = new Date(localMs);
  const isWeekend = day.getUTCDay() === 0 || day.getUTCDay() === 6;
  return !isWeekend && !holidays.includes(dateOf(localMs));
}

/** Is a local date, YYYY-MM-DD, a banking day of a calendar? */
export function isBankingDate(day: string, calendar: Pick<CalendarBody, 'holidays'>): boolean {
  return isBankingDay(Date.parse(day), calendar);
}

function dateOf(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 10);
}

/** When a network takes payments, for people; it has opening hours. */
export function hoursOf({ openingHours, calendar }: Side): string {
  const { from, to, bankingDaysOnly } = openingHours!;
  return `from ${from} to ${to} (UTC${utcOffset(calendar)})${bankingDaysOnly ? ' on banking days' : ''}`;
}

/** Of a calendar's clock, as ISO 8601 writes it: `+07:00`. */
export function utcOffset({ utcOffsetMinutes }: Pick<CalendarBody, 'utcOffsetMinutes'>): string {
  const ahead = new Date(Math.abs(utcOffsetMinutes) * MINUTE_MS).toISOString().slice(11, 16);
  return `${utcOffsetMinutes < 0 ? '-' : '+'}${ahead}`;
}

/**
 * The next banking day of a calendar, the running one when it is one, and its next holiday, by its own dates; no holiday where
 * none is known.
 */
export function bankingDays(
  calendar: CalendarBody,
  atMs: number,
): { readonly nextBankingDay: string; readonly nextHoliday?: string } {
  const todayMs = atMs + calendar.utcOffsetMinutes * MINUTE_MS;
  let dayMs = todayMs;
  while (!isBankingDay(dayMs, calendar)) dayMs += DAY_MS;
  const today = dateOf(todayMs);
  const [nextHoliday] = calendar.holidays.filter((day) => day >= today).sort();
  return { nextBankingDay: dateOf(dayMs), ...(nextHoliday !== undefined && { nextHoliday }) };
}

/** When the banking day ends, by the calendar's clock, that comes so many banking days after an instant's own day. */
export function endOfBankingDay(calendar: CalendarBody, atMs: number, days: number): number {
  const offsetMs = calendar.utcOffsetMinutes * MINUTE_MS;
  let dayMs = Math.floor((atMs + offsetMs) / DAY_MS) * DAY_MS;
  for (let left = days; left > 0;) {
    dayMs += DAY_MS;
    if (isBankingDay(dayMs, calendar)) left -= 1;
  }
  return dayMs + DAY_MS - offsetMs;
}

/** Holidays of a year are announced late in the one before; from then on there is time to write them down, and people are told. */
export const CALENDAR_TOLD_DAYS = 60;

/**
 * Days until the holidays of a calendar are no longer known, 0 when they are not; undefined when it does not say until when they
 * are.
 */
export function knownDaysLeft(
  { holidaysUntil, utcOffsetMinutes }: Pick<CalendarBody, 'holidaysUntil' | 'utcOffsetMinutes'>,
  atMs: number,
): number | undefined {
  if (holidaysUntil === undefined) return undefined;
  const today = Math.floor((atMs + utcOffsetMinutes * MINUTE_MS) / DAY_MS);
  return Math.max(0, Date.parse(holidaysUntil) / DAY_MS - today + 1);
}
