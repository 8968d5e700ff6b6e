import { createHash } from 'node:crypto';
import type { SliceDigest } from './journal.store.js';

/** What a day's journal comes to: whoever has taken it whole finds the same. */
export interface JournalTotals {
  readonly transfers: number;
  /** Of the hashes of its slices of ten minutes. */
  readonly sha256: string;
  /** Turnover by currency; debits are as much as credits, since each line has both. */
  readonly turnover: Readonly<Record<string, string>>;
}

export function journalTotals(slices: readonly SliceDigest[]): JournalTotals {
  const turnover = new Map<string, bigint>();
  for (const { totals } of slices)
    for (const [currency, minor] of Object.entries(totals))
      turnover.set(currency, (turnover.get(currency) ?? 0n) + BigInt(minor));
  const sorted = [...turnover].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    transfers: slices.reduce((sum, { count }) => sum + count, 0),
    sha256: createHash('sha256')
      .update(slices.map(({ sha256 }) => sha256).join('\n'))
      .digest('hex'),
    turnover: Object.fromEntries(sorted.map(([currency, minor]) => [currency, minor.toString()])),
  };
}
