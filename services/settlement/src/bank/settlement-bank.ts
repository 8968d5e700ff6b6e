import type { BankStatementFormat } from '@tonle/bank-files';
import {
  isBankingDate,
  prefundReference,
  type BankBody,
  type CalendarBody,
  type Directory,
} from '@tonle/directory';
import { lastDueDay } from '../reconciliation/reconciliation-targets.js';

const DAY_MS = 86_400_000;
/** Banks keep what they told for some weeks. */
const DUE_DAYS_MAX = 31;
/** Without a word of its own: as soon as the day is over. */
const AT_ONCE = { daysAfter: 1, at: '00:00' };

/** The scheme's account in one currency at one settlement bank. */
export interface SchemeAccount {
  readonly bank: string;
  readonly currency: string;
  readonly account: string;
  readonly instruction: BankBody['instruction'];
  readonly statement: BankBody['statement'];
  readonly calendar: CalendarBody;
  readonly statementDue?: BankBody['statementDue'];
}

/** All accounts of the scheme, by bank and currency. */
export function schemeAccounts(directory: Directory): SchemeAccount[] {
  return directory.participants().flatMap(({ participantId, bank }) => {
    const calendar = bank && directory.calendar(bank.calendar);
    if (bank === undefined || calendar === undefined) return [];
    const { accounts, instruction, statement, statementDue } = bank;
    return Object.entries(accounts)
      .sort()
      .map(([currency, account]) => ({
        ...{ bank: participantId, currency, account, instruction, statement, calendar },
        ...(statementDue !== undefined && { statementDue }),
      }));
  });
}

/** The scheme's account of this bank and currency, if there is one. */
export function schemeAccount(
  directory: Directory,
  bank: string,
  currency: string,
): SchemeAccount | undefined {
  return schemeAccounts(directory).find((each) => each.bank === bank && each.currency === currency);
}

/** What single entries come as, before the statement of their day. */
export function notificationFormat({ statement }: Pick<SchemeAccount, 'statement'>): BankStatementFormat {
  return statement === 'camt.053' ? 'camt.054' : 'csv';
}

/**
 * Banking days whose statement is due: those after `after`, or from `since` on, up to the last that is due by the bank's clock, the
 * oldest first.
 */
export function dueStatementDays(
  { calendar, statementDue = AT_ONCE }: Pick<SchemeAccount, 'calendar' | 'statementDue'>,
  known: { readonly after?: string; readonly since: string },
  nowMs: number,
): string[] {
  const last = lastDueDay({ calendar, statementDue }, nowMs);
  const first = known.after === undefined || known.after < known.since ? known.since : nextDay(known.after);
  const days: string[] = [];
  for (let day = last; day >= first && days.length < DUE_DAYS_MAX; day = previousDay(day))
    if (isBankingDate(day, calendar)) days.push(day);
  return days.reverse();
}

/** Reference of money paid in -> the participant whose it is; those with an account for settlement have one. */
export function prefundReferences(directory: Directory): ReadonlyMap<string, string> {
  return new Map(
    directory.participants().flatMap(({ participantId, settlementAccounts }) => {
      const reference = settlementAccounts && prefundReference(participantId);
      return reference === undefined ? [] : [[reference, participantId] as const];
    }),
  );
}

const nextDay = (day: string): string => shifted(day, DAY_MS);
const previousDay = (day: string): string => shifted(day, -DAY_MS);
const shifted = (day: string, ms: number): string =>
  new Date(Date.parse(day) + ms).toISOString().slice(0, 10);
