/**
 * A table for a WITH: `base`, the last day that was summed up before an instant; empty before there is one. What an account holds is what was
 * summed up of it by then (`SUMMED_UP`), and what moved since (`SINCE_SUMMED_UP`).
 */
export const summedUpBefore = (instant: string): string => `
  base AS (
    -- The least of a day and nothing is that day.
    SELECT CASE WHEN checkpointed_day IS NOT NULL
        THEN least(checkpointed_day, (${instant}::timestamptz AT TIME ZONE 'UTC')::date - 1)
      END AS day
    FROM ledger_copy
  )`;

/** The first instant that was not summed up. */
export const SINCE_SUMMED_UP = `(SELECT coalesce((day + 1)::timestamp AT TIME ZONE 'UTC', '-infinity') FROM base)`;

/** The sums of account `a`, for a LATERAL. */
export const SUMMED_UP = `
  SELECT debits, credits
  FROM ledger_checkpoint
  WHERE account_id = a.account_id AND day <= (SELECT day FROM base)
  ORDER BY day DESC
  LIMIT 1`;
