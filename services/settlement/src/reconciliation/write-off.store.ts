import { minorText } from '@tonle/money';
import type { Transaction } from '@tonle/persistence';
import { limitsOf } from './break-limits.table.js';

/**
 * Why so much more cannot be written off this month, in words (domain 7.6): breaks and money in suspense, losses and gains count
 * together. Whoever asks next in this currency waits until the transaction ends.
 */
export async function monthFault(
  transaction: Transaction,
  currency: string,
  minor: bigint,
  nowMs: number,
): Promise<string | undefined> {
  const now = new Date(nowMs);
  const since = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()));
  await transaction.query("SELECT pg_advisory_xact_lock(hashtextextended('write-off ' || $1, 0))", [
    currency,
  ]);
  const [row] = await transaction.query<{ minor: bigint }>(
    `SELECT coalesce(sum(minor), 0)::bigint AS minor
     FROM ledger_entry
     WHERE kind = 'write_off' AND currency = $1 AND due_at >= $2 AND state <> 'given_up'`,
    [currency, since],
  );
  const { writeOffMonthMinor } = limitsOf(currency);
  return row!.minor + minor <= writeOffMonthMinor
    ? undefined
    : `${minorText(row!.minor, currency)} of ${minorText(writeOffMonthMinor, currency)} are written off this month.`;
}

/** Of these breaks those that were written off. */
export async function writtenOffBefore(
  transaction: Transaction,
  breakIds: readonly string[],
): Promise<string[]> {
  const rows = await transaction.query<{ breakId: string }>(
    `SELECT split_part(entry_id, ':', 2) AS "breakId"
     FROM ledger_entry
     WHERE kind = 'write_off' AND state <> 'given_up' AND entry_id LIKE 'break:%' AND split_part(entry_id, ':', 2) = ANY($1)
     ORDER BY 1`,
    [breakIds],
  );
  return rows.map(({ breakId }) => breakId);
}
