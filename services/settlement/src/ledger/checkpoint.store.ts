import type { Queryable, Transaction } from '@tonle/persistence';

const ADVANCE = `
UPDATE ledger_copy
SET checkpointed_day = $2::date
WHERE checkpointed_day IS NOT DISTINCT FROM $1::date
RETURNING one`;

const CHECKPOINT = `
INSERT INTO ledger_checkpoint (account_id, day, debits, credits)
SELECT m.account, $1::date, coalesce(c.debits, 0) + m.debits, coalesce(c.credits, 0) + m.credits
FROM (
  SELECT account, sum(debited)::bigint AS debits, sum(credited)::bigint AS credits
  FROM (
    SELECT debit AS account, minor AS debited, 0 AS credited
    FROM ledger_transfer
    WHERE at >= $2::timestamptz AND at < $3::timestamptz
    UNION ALL
    SELECT credit, 0, minor
    FROM ledger_transfer
    WHERE at >= $2::timestamptz AND at < $3::timestamptz
  ) AS side
  GROUP BY account
) AS m
LEFT JOIN LATERAL (
  SELECT debits, credits
  FROM ledger_checkpoint
  WHERE account_id = m.account
    AND day < $1::date
  ORDER BY day DESC
  LIMIT 1
) AS c ON true`;

const DAYS_MOVED = `
SELECT day::text AS day
FROM ledger_checkpoint
WHERE account_id = $1
  AND day >= $2::date
  AND day <= $3::date
ORDER BY day`;

const DAY_MS = 86_400_000;

/** The day (UTC) of an instant. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
/** When a day begins, epoch ms. */
export const startOf = (day: string): number => Date.parse(day);
/** When a day is over, epoch ms. */
export const endOf = (day: string): number => startOf(day) + DAY_MS;

/** What accounts had moved by the end of each day (UTC). */
export class CheckpointStore {
  /** Sums up the day after `before`; false when another instance has. All of the day must be copied. */
  async add(transaction: Transaction, before: string | undefined, day: string): Promise<boolean> {
    const rows = await transaction.query(ADVANCE, [before ?? null, day]);
    if (rows.length === 0) return false;
    const [from, until] = [new Date(startOf(day)), new Date(endOf(day))];
    await transaction.query(CHECKPOINT, [day, from.toISOString(), until.toISOString()]);
    return true;
  }

  /** The days from `first` to `last` on which an account moved, as far as days are summed up. */
  async daysMoved(database: Queryable, account: number, first: string, last: string): Promise<string[]> {
    const rows = await database.query<{ day: string }>(DAYS_MOVED, [account, first, last]);
    return rows.map(({ day }) => day);
  }
}
