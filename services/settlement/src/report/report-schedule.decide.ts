import type { Occasion, ScheduleBody } from './report-schedule.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Occasions that were missed, as after an outage, are made up for; older ones are asked for by hand. */
const MISSED_MAX = { day: 7, month: 2 } as const;

/** What a schedule by the calendar has to make by now, the oldest first: of days and months that were over after it was made. Pure. */
export function dueOccasions(
  { every, at = '00:00', currency }: Pick<ScheduleBody, 'every' | 'at' | 'currency'>,
  madeAtMs: number,
  nowMs: number,
  utcOffsetMinutes: number,
): Occasion[] {
  if (every === 'window') return [];
  const localDay = (ms: number) => new Date(ms + utcOffsetMinutes * MINUTE_MS).toISOString().slice(0, 10);
  const startOf = (day: string) => Date.parse(day) - utcOffsetMinutes * MINUTE_MS;
  const sinceMidnight = Date.parse(`1970-01-01T${at}:00Z`);
  const today = localDay(nowMs - sinceMidnight);
  const more = currency === undefined ? {} : { currency };
  const found: Occasion[] = [];
  for (let back = MISSED_MAX[every]; back >= 1; back -= 1) {
    const [day, next] = every === 'day' ? dayBefore(today, back) : monthBefore(today, back);
    if (startOf(next) < madeAtMs) continue;
    const until = new Date(Date.parse(next) - DAY_MS).toISOString().slice(0, 10);
    const parameters = { day, ...(until === day ? {} : { until }), ...more };
    found.push({ name: every === 'day' ? day : day.slice(0, 7), parameters });
  }
  return found;
}

function dayBefore(today: string, back: number): [day: string, next: string] {
  const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const start = Date.parse(today) - back * DAY_MS;
  return [dayOf(start), dayOf(start + DAY_MS)];
}

function monthBefore(today: string, back: number): [first: string, next: string] {
  const [year, month] = today.split('-').map(Number) as [number, number];
  const firstOf = (of: number) => new Date(Date.UTC(year, of, 1)).toISOString().slice(0, 10);
  return [firstOf(month - 1 - back), firstOf(month - back)];
}
