import type { CalendarBody, Directory, NetworkBody } from '@tonle/directory';
import type { StrongKey } from './reconciliation.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** One network and currency: a statement to compare with ours. */
export interface ReconciliationTarget {
  readonly adapter: string;
  readonly partner: string;
  readonly currency: string;
  readonly side: 'home' | 'partner';
  /** What finds our payment in its statements for certain. */
  readonly strongKey: StrongKey;
  readonly corridors: readonly string[];
  readonly calendar: CalendarBody;
  /** So many whole days must lack a payment before it is taken for not received. */
  readonly absentAfterDays?: number;
  /** Absent: the statement of a day is due when the day is over. */
  readonly statementDue?: NetworkBody['statementDue'];
}

/**
 * What there is to reconcile: each network in service that gives statements and each of its currencies once, also when its corridors have
 * ended, since what was paid there last has to be in a statement yet.
 */
export function reconciliationTargets(directory: Directory): ReconciliationTarget[] {
  const targets = new Map<string, ReconciliationTarget & { corridors: string[] }>();
  for (const { corridorId, home, partner } of directory.corridorsIncludingEnded()) {
    for (const { networkId, participant, currencies, statements, ...side } of [home, partner]) {
      if (statements === false || directory.network(networkId) === undefined) continue;
      for (const currency of currencies) {
        const key = `${participant}:${currency}`;
        const known = targets.get(key);
        if (known !== undefined) {
          known.corridors.push(corridorId);
          continue;
        }
        const corridors = [corridorId];
        targets.set(key, { partner: participant, currency, ...termsOf(side), corridors });
      }
    }
  }
  return [...targets.values()];
}

function termsOf({ adapter, side, strongKey, calendar, statementDue, absentAfterDays }: Terms): Terms {
  return {
    ...{ adapter, side, strongKey, calendar },
    ...(statementDue !== undefined && { statementDue }),
    ...(absentAfterDays !== undefined && { absentAfterDays }),
  };
}

type Terms = Pick<
  ReconciliationTarget,
  'adapter' | 'side' | 'strongKey' | 'calendar' | 'statementDue' | 'absentAfterDays'
>;

/** The newest local day whose statement is due. */
export function lastDueDay(
  { calendar, statementDue }: Pick<ReconciliationTarget, 'calendar' | 'statementDue'>,
  nowMs: number,
): string {
  const { daysAfter, at } = statementDue ?? { daysAfter: 1, at: '00:00' };
  const sinceMidnight = Date.parse(`1970-01-01T${at}:00Z`);
  const local = nowMs + calendar.utcOffsetMinutes * MINUTE_MS - sinceMidnight;
  return new Date(local - daysAfter * DAY_MS).toISOString().slice(0, 10);
}

/** Days after `asked` up to the last that is due, the newest ones when they are many; that day alone when none was asked. */
export function dueDays(
  target: Pick<ReconciliationTarget, 'calendar' | 'statementDue'>,
  asked: string | undefined,
  nowMs: number,
): string[] {
  const last = lastDueDay(target, nowMs);
  if (asked === undefined) return [last];
  const days = Math.min((Date.parse(last) - Date.parse(asked)) / DAY_MS, DUE_DAYS_MAX);
  return Array.from({ length: Math.max(0, days) }, (_, index) =>
    new Date(Date.parse(last) - (days - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
}

/** Networks keep what they told for about a week. */
const DUE_DAYS_MAX = 7;
