import type { WireAmount } from './rules.js';

const OFFSET_MS = 8 * 3_600_000;

/** A transaction that is cleared: it has succeeded, and what is settled for it is known. */
export interface ClearedItem {
  /** Whose report tells of it. */
  readonly role: 'acquirer' | 'wallet';
  readonly type: 'PAYMENT' | 'REFUND' | 'CANCEL';
  readonly transactionId: string;
  readonly requestId?: string;
  readonly originalTransactionId?: string;
  readonly originalRequestId?: string;
  readonly amount: WireAmount;
  readonly settlement: WireAmount;
  readonly merchant?: string;
  readonly at: number;
}

/** The local day of an instant, YYYY-MM-DD: clearing cycles are days of UTC+8. */
export function clearingDay(at: number): string {
  return new Date(at + OFFSET_MS).toISOString().slice(0, 10);
}

/** An instant as reports write it. */
export function reportTime(at: number): string {
  return `${new Date(at + OFFSET_MS).toISOString().slice(0, 19)}+08:00`;
}

/** Clearing cycles by day: each is cut into parts, and a part that was laid down never changes. */
export class Clearing {
  private readonly items = new Map<string, ClearedItem[]>();
  private readonly cuts = new Map<string, number[]>();

  add(item: ClearedItem): void {
    const day = clearingDay(item.at);
    const items = this.items.get(day);
    if (items === undefined) this.items.set(day, [item]);
    else items.push(item);
  }

  /** All items up to this number are in parts of the day. */
  cut(day: string, upTo: number): void {
    this.cuts.set(day, [...(this.cuts.get(day) ?? []), upTo]);
  }

  /** Where the next part of a day ends; undefined when all that there is was laid. A day without items has one part. */
  nextCut(day: string): number | undefined {
    const [count, last] = [this.items.get(day)?.length ?? 0, this.cuts.get(day)?.at(-1)];
    return last === undefined || last < count ? count : undefined;
  }

  parts(day: string): readonly (readonly ClearedItem[])[] {
    const items = this.items.get(day) ?? [];
    const cuts = this.cuts.get(day) ?? [];
    return cuts.map((end, index) => items.slice(cuts[index - 1] ?? 0, end));
  }
}
