import type { SettlementMode, WindowRef } from '@tonle/contracts';

/** The calendar of a settlement system, as far as windows need it (domain 7.1). */
export interface WindowCalendar {
  readonly version: number;
  /** Fixed offset of the business day, minutes east of UTC. */
  readonly utcOffsetMinutes: number;
  /** Local time of day at which a window is cut off, HH:MM. */
  readonly cutOff: string;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * The settlement window of a completion time: a pure function of time, calendar and cut-off (domain 7.1).
 * A completion at or after the local cut-off belongs to the next local day. The window is named
 * `<partner>-<currency>-<day>` and keeps the calendar's version.
 */
export function windowOf(
  completedAtMs: number,
  side: {
    readonly partner: string;
    readonly currency: string;
    readonly settlementMode: SettlementMode;
  },
  calendar: WindowCalendar,
): WindowRef {
  const day = windowDay(completedAtMs, calendar);
  return {
    windowId: windowIdOf(side.partner, side.currency, day),
    partner: side.partner,
    currency: side.currency,
    settlementMode: side.settlementMode,
    day,
    calendarVersion: calendar.version,
  };
}

/** The name of a window: `BAKONG-KHR-2026-11-28`. */
export function windowIdOf(partner: string, currency: string, day: string): string {
  return `${partner}-${currency}-${day}`;
}

function cutOffMinutes(calendar: WindowCalendar): number {
  return Date.parse(`1970-01-01T${calendar.cutOff}:00Z`) / MINUTE_MS;
}

/** The business day that an instant belongs to, YYYY-MM-DD: from the local cut-off on, the next local day. */
export function windowDay(completedAtMs: number, calendar: WindowCalendar): string {
  const local = completedAtMs + calendar.utcOffsetMinutes * MINUTE_MS;
  const untilMidnight = DAY_MS - cutOffMinutes(calendar) * MINUTE_MS;
  return new Date(local + untilMidnight - (untilMidnight === DAY_MS ? DAY_MS : 0)).toISOString().slice(0, 10);
}

/** Epoch ms at which the window of a day is cut off: completions from then on belong to the next one. */
export function cutOffOf(day: string, calendar: WindowCalendar): number {
  const midnight = Date.parse(`${day}T00:00:00Z`) - calendar.utcOffsetMinutes * MINUTE_MS;
  const minutes = cutOffMinutes(calendar);
  return midnight + (minutes === 0 ? DAY_MS : minutes * MINUTE_MS);
}
