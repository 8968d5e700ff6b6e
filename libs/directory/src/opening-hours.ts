import type { Direction } from '@tonle/contracts';
import type { Corridor, Side } from './corridor.js';
import type { CalendarBody } from './entry.schema.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * Why no new payment may start in a corridor now, for people to read; undefined when one may. Closed by an operator, a
 * network that is paused, or one outside of its hours.
 */
export function whyClosed(corridor: Corridor, direction: Direction, atMs: number): string | undefined {
  const { corridorId, status, note, open, home, partner } = corridor;
  if (!open[direction]) {
    const closed = `Corridor ${corridorId} is closed for ${direction} payments.`;
    return status === 'live' || note === undefined ? closed : `${closed} It is ${status}: ${note}`;
  }
  const paused = whyPaused(corridor);
  if (paused !== undefined) return paused;
  const shut = [home, partner].find((side) => !isOpen(side, atMs));
  return shut === undefined
    ? undefined
    : `Corridor ${corridorId}: ${shut.name} accepts payments ${hoursOf(shut)}.`;
}

/** Why nothing at all may be begun in a corridor, refunds neither: a network is paused. Undefined when something may. */
export function whyPaused({ corridorId, home, partner }: Corridor): string | undefined {
  const paused = [home, partner].find(({ state }) => state === 'paused');
  return paused === undefined ? undefined : `Corridor ${corridorId}: ${paused.name} is paused.`;
}

function isOpen({ openingHours, calendar }: Side, atMs: number): boolean {
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

function isBankingDay(localMs: number, { holidays }: CalendarBody): boolean {
  const day = new Date(localMs);
  const isWeekend = day.getUTCDay() === 0 || day.getUTCDay() === 6;
  return !isWeekend && !holidays.includes(dateOf(localMs));
}

function dateOf(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 10);
}

function hoursOf({ openingHours, calendar }: Side): string {
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
