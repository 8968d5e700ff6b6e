import type { SandboxDirectory } from '@tonle/tool-launcher';

// The business week that is played: days by the clock of Phnom Penh, and what goes wrong on each.

const DAY_MS = 86_400_000;
const BUSINESS_DAYS = 5;
const DAYS_OF_WEEK = 7;
/** As long as the last payments may need to be settled over holidays; it ends as soon as they are. */
const DAYS_MAX = 16;
/** The third day is a holiday in Vietnam. */
const HOLIDAY = { calendar: 'VN', day: 2 };

/** What the Thai bank pays too little, in its currency. */
export const SHORT = { amount: '1.00', minor: '100' };

/** What goes wrong at the banks; by the day on which it is set off. */
export interface Incident {
  readonly what: string;
  /** A fault of the simulators, as their control API takes it. */
  readonly fault: Readonly<Record<string, unknown>>;
}

export interface WeekDay {
  /** YYYY-MM-DD */
  readonly day: string;
  /** Payments are made; the others are there for what is left to be settled. */
  readonly isPaying: boolean;
  readonly incidents: readonly Incident[];
  /** In the morning somebody does not pay: is taken out of a net of the day before. */
  readonly hasDefault: boolean;
  /** Money comes in that nobody can place. */
  readonly hasUnplaced: boolean;
  /** The last of its month. */
  readonly endsMonth: boolean;
}

/** By day of the week, from Monday on as 0: when the banks carry out what was instructed. */
const INCIDENTS: Readonly<Record<number, readonly Incident[]>> = {
  1: [
    {
      what: 'the Thai settlement bank pays short',
      fault: {
        network: 'THSETTLE',
        operation: 'payments',
        fault: 'pays_short',
        addMinor: SHORT.minor,
        count: 1,
      },
    },
  ],
  2: [
    {
      what: 'the settlement bank of Cambodia pays late',
      fault: { network: 'KHSETTLE', operation: 'payments', fault: 'pays_late', count: 1 },
    },
  ],
};
const DEFAULT_DAY = 4;
const UNPLACED_DAY = 1;

const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** The week that begins on a Monday after an instant: the first in which a month ends. */
export function weekFrom(nowMs: number): readonly WeekDay[] {
  let monday = Math.floor(nowMs / DAY_MS) * DAY_MS + DAY_MS;
  while (new Date(monday).getUTCDay() !== 1 || !hasMonthEnd(monday)) monday += DAY_MS;
  return Array.from({ length: DAYS_MAX }, (_, index) => ({
    day: dateOf(monday + index * DAY_MS),
    isPaying: index < BUSINESS_DAYS,
    incidents: INCIDENTS[index] ?? [],
    hasDefault: index === DEFAULT_DAY,
    hasUnplaced: index === UNPLACED_DAY,
    endsMonth: isLastOfMonth(monday + index * DAY_MS),
  }));
}

const isLastOfMonth = (ms: number): boolean => new Date(ms + DAY_MS).getUTCDate() === 1;

const hasMonthEnd = (monday: number): boolean =>
  Array.from({ length: DAYS_OF_WEEK }, (_, index) => monday + index * DAY_MS).some(isLastOfMonth);

/** The day that `adjustForWeek` makes a holiday, and whose it is. */
export function holidayOf(week: readonly WeekDay[]): { readonly calendar: string; readonly day: string } {
  return { calendar: HOLIDAY.calendar, day: week[HOLIDAY.day]!.day };
}

/** Writes the holiday of the week into the directory of an installation that has not started yet. */
export function adjustForWeek(directory: SandboxDirectory, week: readonly WeekDay[]): void {
  const holiday = holidayOf(week);
  for (const { kind, id, body } of directory.entries) {
    if (kind !== 'calendar' || id !== holiday.calendar) continue;
    const calendar = body as { holidays: string[] };
    calendar.holidays = [...new Set([...calendar.holidays, holiday.day])].sort();
  }
}
