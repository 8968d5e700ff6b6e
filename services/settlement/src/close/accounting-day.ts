import { auditDayOf } from '@tonle/contracts';

// Days of the books are those of Phnom Penh, as those of the audit log are: a fixed offset, whatever the networks' own days.

const DAY_MS = 86_400_000;
const OFFSET_MS = 7 * 3_600_000;

/** The day of the books that an instant belongs to. */
export const accountingDayOf = (atMs: number): string => auditDayOf(atMs);

/** Its first instant. */
export const startOfAccountingDay = (day: string): Date =>
  new Date(Date.parse(`${day}T00:00:00Z`) - OFFSET_MS);

/** The first instant after it. */
export const endOfAccountingDay = (day: string): Date => startOfAccountingDay(nextDay(day));

export const nextDay = (day: string): string => shifted(day, 1);
export const previousDay = (day: string): string => shifted(day, -1);

function shifted(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** `2026-11-28` is a day, `2026-11` a month. */
export type PeriodKind = 'day' | 'month';
export const periodKind = (period: string): PeriodKind => (period.length === 7 ? 'month' : 'day');

export const monthOf = (day: string): string => day.slice(0, 7);
export const firstDayOf = (month: string): string => `${month}-01`;
export function lastDayOf(month: string): string {
  const [year, number] = month.split('-').map((part) => Number.parseInt(part, 10)) as [number, number];
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}

export const firstDayIn = (period: string): string =>
  periodKind(period) === 'month' ? firstDayOf(period) : period;
export const lastDayIn = (period: string): string =>
  periodKind(period) === 'month' ? lastDayOf(period) : period;
