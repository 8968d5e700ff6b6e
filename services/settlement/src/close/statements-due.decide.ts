import { isBankingDate, type CalendarBody } from '@tonle/directory';
import { nextDay } from './accounting-day.js';

/** Of whom a statement of a day has to be here before the day is closed, by calendar. */
export interface ExpectedOfDays {
  /** A network or a settlement bank. */
  readonly from: string;
  readonly currency: string;
  /** Nothing is expected of earlier days. */
  readonly since: string;
  /** Statements are of banking days by this calendar alone; absent: of every day. */
  readonly calendar?: CalendarBody;
}

/** Days that a statement which was taken covers. */
export interface CoveredDays {
  readonly from: string;
  readonly currency: string;
  readonly first: string;
  readonly last: string;
}

/** A day whose statement is not here. */
export interface AbsentStatement {
  readonly from: string;
  readonly currency: string;
  readonly day: string;
}

/** Statements of days of a span that are due by calendar and are not here, by day and then by name. Pure. */
export function absentStatements(
  expected: readonly ExpectedOfDays[],
  covered: readonly CoveredDays[],
  span: { readonly from: string; readonly until: string },
): AbsentStatement[] {
  const byAccount = Map.groupBy(covered, ({ from, currency }) => `${from} ${currency}`);
  const absent = expected.flatMap(({ from, currency, since, calendar }) => {
    const here = byAccount.get(`${from} ${currency}`) ?? [];
    return daysBetween(since > span.from ? since : span.from, span.until)
      .filter((day) => calendar === undefined || isBankingDate(day, calendar))
      .filter((day) => !here.some(({ first, last }) => first <= day && day <= last))
      .map((day) => ({ from, currency, day }));
  });
  return absent.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

const keyOf = ({ day, from, currency }: AbsentStatement): string => `${day} ${from} ${currency}`;

function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let day = first; day <= last; day = nextDay(day)) days.push(day);
  return days;
}
