import type { PaymentSubmit } from '@tonle/contracts';
import { sidesOf, type Directory } from '@tonle/directory';

/** A debtor's counter of one local day and currency. */
export interface LimitKey {
  readonly debtor: string;
  readonly currency: string;
  readonly day: string;
}

export interface LimitDelta extends LimitKey {
  readonly minor: bigint;
}

const keyOf = ({ debtor, currency, day }: LimitKey) => `${day}|${currency}|${debtor}`;

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

/** Day counters of one batch: what was stored, and what the batch takes and gives back. */
export class LimitBook {
  private readonly stored = new Map<string, bigint>();
  private readonly changes = new Map<string, { key: LimitKey; minor: bigint }>();

  constructor(stored: readonly LimitDelta[]) {
    for (const counter of stored) this.stored.set(keyOf(counter), counter.minor);
  }

  usedMinor(key: LimitKey): bigint {
    return (this.stored.get(keyOf(key)) ?? 0n) + (this.changes.get(keyOf(key))?.minor ?? 0n);
  }

  /** Takes (positive) or gives back (negative). */
  add(key: LimitKey, minor: bigint): void {
    const text = keyOf(key);
    const known = this.changes.get(text);
    if (known === undefined) this.changes.set(text, { key, minor });
    else known.minor += minor;
  }

  /** What changes, in key order: the order in which rows are locked. */
  deltas(): LimitDelta[] {
    return [...this.changes]
      .filter(([, { minor }]) => minor !== 0n)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { key, minor }]) => ({ ...key, minor }));
  }
}
