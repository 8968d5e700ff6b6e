import type { PaymentSubmit } from '@tonle/contracts';
import { sidesOf, type Directory } from '@tonle/directory';
import type { CounterTable } from './counter-book.js';

/** A debtor's counter of one local day and currency. */
export interface LimitKey {
  readonly debtor: string;
  readonly currency: string;
  readonly day: string;
}

export const LIMIT_COUNTERS: CounterTable<LimitKey> = {
  name: 'limit_counter',
  key: { day: 'date', currency: 'text', debtor: 'text' },
};

/** The local day of an instant, YYYY-MM-DD. */
export function localDay(epochMs: number, utcOffsetMinutes: number): string {
  return new Date(epochMs + utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
}

/** The debtor's counter on the source side's local day. */
export function limitKeyOf(submit: PaymentSubmit, directory: Directory, nowMs: number): LimitKey {
  const corridor = directory.corridorIncludingEnded(submit.corridor);
  const source = corridor === undefined ? undefined : sidesOf(corridor, submit.direction).source;
  return {
    debtor: `${submit.debtorAgent}|${submit.debtor.account}`,
    currency: submit.source.currency,
    day: localDay(nowMs, source?.calendar.utcOffsetMinutes ?? 0),
  };
}
