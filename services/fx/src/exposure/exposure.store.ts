import type { Queryable, Transaction } from '@tonle/persistence';
import { UNSETTLED_DAYS, type Exposure } from './exposure.js';

const DAY_MS = 86_400_000;

interface ExposureRow {
  provider: string;
  currency: string;
  limit_minor: bigint;
  open_minor: bigint;
  position_minor: bigint;
  book_version: bigint;
}

const LOCK_EXPOSURES = `
  SELECT provider, currency
  FROM exposure
  ORDER BY provider, currency
  FOR UPDATE`;

// A statement of its own: who waited for the lock would read positions and book as of before the wait.
const SELECT_EXPOSURES = `
  SELECT e.provider, e.currency, e.limit_minor, e.open_minor, p.position_minor,
         (SELECT version FROM rate_book) AS book_version
  FROM exposure e
  CROSS JOIN LATERAL (
    SELECT COALESCE(sum(sold_minor - bought_minor), 0)::bigint AS position_minor
    FROM fx_position
    WHERE provider = e.provider
      AND currency = e.currency
      AND day > $1) p
  ORDER BY e.provider, e.currency`;

/**
 * Locks the exposures, in order of their key, for the rest of the transaction. They are a handful and every batch touches
 * them, so batches take turns here.
 */
export async function lockExposures(transaction: Transaction): Promise<void> {
  await transaction.query(LOCK_EXPOSURES);
}

/** Locks the exposures and reads them with the version of the rate book. */
export async function lockedExposures(
  transaction: Transaction,
  nowMs: number,
): Promise<{ readonly exposures: readonly Exposure[]; readonly bookVersion: bigint | undefined }> {
  const [, read] = await Promise.all([lockExposures(transaction), readExposures(transaction, nowMs)]);
  return read;
}

/** The same as they stand, without a lock: for what is not issued. */
export async function readExposures(
  database: Queryable,
  nowMs: number,
): Promise<{ readonly exposures: readonly Exposure[]; readonly bookVersion: bigint | undefined }> {
  const settled = new Date(nowMs - UNSETTLED_DAYS * DAY_MS).toISOString().slice(0, 10);
  const rows = await database.query<ExposureRow>(SELECT_EXPOSURES, [settled]);
  return {
    bookVersion: rows[0]?.book_version,
    exposures: rows.map((row) => ({
      provider: row.provider,
      currency: row.currency,
      limitMinor: row.limit_minor,
      openMinor: row.open_minor,
      positionMinor: row.position_minor,
    })),
  };
}

/** What a terminal payment means for the quote it used. */
export interface QuoteEnd {
  readonly quoteId: string;
  readonly paymentId: string;
  readonly to: 'used' | 'released';
  /** Business days of the two currencies; they matter for `used`. */
  readonly sourceDay: string;
  readonly targetDay: string;
}

/** What the provider of a quote gets: of a refund that is made exact not its source. */
export const BOUGHT = `coalesce((q.refund_cause #>> '{conversion,source,minor}')::bigint, q.source_minor)`;

const END_QUOTES = `
  WITH ended AS (
    SELECT *
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[], $5::date[])
      AS e (quote_id, payment_id, state, source_day, target_day)),
  before AS (
    SELECT q.quote_id, q.state AS old_state, q.provider, q.source_currency, q.target_currency, q.target_minor,
           ${BOUGHT} AS bought_minor, e.payment_id, e.state, e.source_day, e.target_day
    FROM quote q
    JOIN ended e USING (quote_id)
    WHERE q.state IN ('open', 'expired')
    ORDER BY q.quote_id
    FOR UPDATE OF q),
  changed AS (
    UPDATE quote q
    SET state = b.state, payment_id = b.payment_id
    FROM before b
    WHERE q.quote_id = b.quote_id),
  lowered AS (
    UPDATE exposure x
    SET open_minor = x.open_minor - s.minor
    FROM (
      SELECT provider, target_currency AS currency, sum(target_minor)::bigint AS minor
      FROM before
      WHERE old_state = 'open'
      GROUP BY provider, target_currency) s
    WHERE x.provider = s.provider
      AND x.currency = s.currency),
  moved AS (
    SELECT provider, source_currency AS currency, source_day AS day, bought_minor AS bought, 0::bigint AS sold
    FROM before
    WHERE state = 'used'
      AND source_currency <> target_currency
    UNION ALL
    SELECT provider, target_currency, target_day, 0::bigint, target_minor
    FROM before
    WHERE state = 'used'
      AND source_currency <> target_currency),
  positions AS (
    INSERT INTO fx_position (provider, currency, day, bought_minor, sold_minor)
    SELECT provider, currency, day, sum(bought)::bigint, sum(sold)::bigint
    FROM moved
    GROUP BY provider, currency, day
    ON CONFLICT (provider, currency, day) DO UPDATE
    SET bought_minor = fx_position.bought_minor + EXCLUDED.bought_minor,
        sold_minor = fx_position.sold_minor + EXCLUDED.sold_minor)
  SELECT quote_id
  FROM before`;

/**
 * Ends quotes whose payments ended: used ones move the provider's position, all leave its open exposure. In one currency
 * nobody has either. A quote
 * ends once, so the same news twice changes nothing. Returns the quotes that ended now. Exposures must be locked.
 */
export async function endQuotes(
  transaction: Queryable,
  ends: readonly QuoteEnd[],
): Promise<ReadonlySet<string>> {
  const rows = await transaction.query<{ quote_id: string }>(END_QUOTES, [
    ends.map((end) => end.quoteId),
    ends.map((end) => end.paymentId),
    ends.map((end) => end.to),
    ends.map((end) => end.sourceDay),
    ends.map((end) => end.targetDay),
  ]);
  return new Set(rows.map((row) => row.quote_id));
}

const EXPIRE_QUOTES = `
  WITH due AS (
    SELECT quote_id, provider, target_currency, target_minor
    FROM quote
    WHERE state = 'open'
      AND expires_at <= $1
      AND provider = $3
    ORDER BY expires_at
    LIMIT $2
    FOR UPDATE SKIP LOCKED),
  changed AS (
    UPDATE quote q
    SET state = 'expired'
    FROM due
    WHERE q.quote_id = due.quote_id),
  lowered AS (
    UPDATE exposure x
    SET open_minor = x.open_minor - s.minor
    FROM (
      SELECT provider, target_currency AS currency, sum(target_minor)::bigint AS minor
      FROM due
      GROUP BY provider, target_currency) s
    WHERE x.provider = s.provider
      AND x.currency = s.currency)
  SELECT quote_id
  FROM due`;

/** Providers that have quotes to expire. */
export async function providersToExpire(database: Queryable, nowMs: number): Promise<string[]> {
  const rows = await database.query<{ provider: string }>(
    "SELECT DISTINCT provider FROM quote WHERE state = 'open' AND expires_at <= $1 ORDER BY provider",
    [new Date(nowMs)],
  );
  return rows.map(({ provider }) => provider);
}

/** Takes quotes of a provider out of the exposure that can no longer be used; says how many. Exposures must be locked. */
export async function expireQuotes(
  transaction: Queryable,
  provider: string,
  nowMs: number,
  max: number,
): Promise<number> {
  return (await transaction.query(EXPIRE_QUOTES, [new Date(nowMs), max, provider])).length;
}
