import { createHash } from 'node:crypto';
import type { LedgerEntry } from '@tonle/contracts';
import { roundingAccount, suspenseAccount } from '@tonle/ledger';
import type { Transaction } from '@tonle/persistence';
import type { StatementName } from './statement.store.js';

interface RoundingRow {
  readonly key: string;
  /** What the partner's rounding costs, above what is booked of it; below zero it gives. */
  readonly moreMinor: bigint;
  readonly posts: number;
}

// Their amount of a debit comes to us, that of any other leg goes to them.
const DIFFERENCES = `
  WITH found AS (
    SELECT key, CASE leg WHEN 'debit' THEN our_minor - their_minor ELSE their_minor - our_minor END AS cost_minor
    FROM compared_found
    WHERE type = 'ROUNDING' AND is_of_day
  ), kept AS (
    SELECT match_key AS key, cost_minor, posts
    FROM reconciliation_rounding
    WHERE partner = $1 AND currency = $2 AND day = $3::date
  )
  SELECT key, coalesce(found.cost_minor, 0) - coalesce(kept.cost_minor, 0) AS "moreMinor", coalesce(kept.posts, 0) AS posts
  FROM found
  FULL JOIN kept USING (key)
  WHERE coalesce(found.cost_minor, 0) <> coalesce(kept.cost_minor, 0)
  ORDER BY key`;

const KEEP = `
  INSERT INTO reconciliation_rounding (partner, currency, day, match_key, cost_minor, posts)
  SELECT $1, $2, $3::date, more.key, more.minor, 1
  FROM unnest($4::text[], $5::bigint[]) AS more (key, minor)
  ON CONFLICT (partner, currency, day, match_key) DO UPDATE
  SET cost_minor = reconciliation_rounding.cost_minor + excluded.cost_minor, posts = reconciliation_rounding.posts + 1`;

/**
 * Entries that bring what is booked of a day's rounding to what the day shows now: a difference that is let go is never silent, and
 * one that a later statement takes back is booked back.
 */
export async function roundingEntries(
  transaction: Transaction,
  { partner, currency, day }: StatementName,
): Promise<LedgerEntry[]> {
  const rows = await transaction.query<RoundingRow & object>(DIFFERENCES, [partner, currency, day]);
  if (rows.length === 0) return [];
  await transaction.query(KEEP, [
    partner,
    currency,
    day,
    rows.map(({ key }) => key),
    rows.map(({ moreMinor }) => moreMinor),
  ]);
  return rows.map((row) => entryOf({ partner, currency, day }, row));
}

function entryOf(
  { partner, currency, day }: StatementName,
  { key, moreMinor, posts }: RoundingRow,
): LedgerEntry {
  const [rounding, suspense] = [roundingAccount(currency), suspenseAccount(currency)];
  const isCost = moreMinor > 0n;
  const name = createHash('sha256')
    .update(JSON.stringify([partner, currency, day, key]))
    .digest('hex');
  return {
    entryId: `rounding:${name}:${posts + 1}`,
    kind: 'rounding',
    currency,
    debit: isCost ? rounding : suspense,
    credit: isCost ? suspense : rounding,
    minor: (isCost ? moreMinor : -moreMinor).toString(),
    reason: `${partner} rounds otherwise, ${day}: ${key}`.slice(0, 500),
  };
}
