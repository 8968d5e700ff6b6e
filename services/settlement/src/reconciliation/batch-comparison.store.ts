import type { Queryable, Transaction } from '@tonle/persistence';
import type { BreakType } from '@tonle/contracts';
import type { StatementName } from './statement.store.js';
import { BUCKET } from './workspace.store.js';

/** A batch that its payments at the bank come to, or a day that agrees with its cycles. */
export interface MatchedBatch {
  readonly key: string;
  readonly part: number;
  readonly source: string | null;
  readonly ourMinor: bigint;
  readonly theirMinor: bigint;
  readonly pass: number;
  readonly rule: string;
}

export interface BatchDifference {
  readonly key: string;
  readonly type: BreakType;
  readonly ourMinor?: bigint;
  readonly theirMinor?: bigint;
  readonly detail: string;
}

/** Notes what a day of batches has come to, where runs keep their results from. */
export async function noteBatches(
  transaction: Transaction,
  matched: readonly MatchedBatch[],
  found: readonly BatchDifference[],
): Promise<void> {
  await transaction.query(MATCHED, [
    matched.map(({ key }) => key),
    matched.map(({ part }) => part),
    matched.map(({ source }) => source),
    matched.map(({ ourMinor }) => ourMinor),
    matched.map(({ theirMinor }) => theirMinor),
    matched.map(({ pass }) => pass),
    matched.map(({ rule }) => rule),
  ]);
  await transaction.query(FOUND, [
    found.map(({ key }) => key),
    found.map(({ type }) => type),
    found.map(({ ourMinor }) => ourMinor ?? null),
    found.map(({ theirMinor }) => theirMinor ?? null),
    found.map(({ detail }) => detail),
  ]);
}

const MATCHED = `
  INSERT INTO compared_matched
  SELECT key, ${BUCKET}, part, NULL, CASE WHEN our_minor < 0 THEN 'pay_out' ELSE 'pay_in' END, source, our_minor, their_minor, pass, rule
  FROM unnest($1::text[], $2::int[], $3::text[], $4::bigint[], $5::bigint[], $6::int[], $7::text[])
    AS matched (key, part, source, our_minor, their_minor, pass, rule)`;

const FOUND = `
  INSERT INTO compared_found (key, bucket, type, part, our_minor, their_minor, detail, is_of_day)
  SELECT key, ${BUCKET}, type, row_number() OVER (PARTITION BY key, type ORDER BY detail) - 1, our_minor, their_minor, detail, true
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[])
    AS found (key, type, our_minor, their_minor, detail)`;

/** Breaks of a network's batches that stand. */
export function standingOfBatches(
  transaction: Queryable,
  { partner, currency }: Omit<StatementName, 'day'>,
  prefix: string,
): Promise<{ readonly type: BreakType; readonly key: string }[]> {
  return transaction.query(
    `SELECT type, match_key AS key
     FROM settlement_break
     WHERE partner = $1 AND currency = $2 AND source = 'settlement' AND starts_with(match_key, $3)
       AND state NOT IN ('RESOLVED', 'AUTO_RESOLVED')`,
    [partner, currency, prefix],
  );
}

/** What payments of ours, compared one by one with the lines of a day, come to, and what the cycles of the day do; above zero to us. */
export interface ClearedTotals {
  readonly ourMinor: bigint;
  readonly theirMinor: bigint;
}

/** Undefined: the network tells no cycles, or the day was not compared yet. */
export async function clearedTotals(
  transaction: Queryable,
  { partner, currency, day }: StatementName,
): Promise<ClearedTotals | undefined> {
  const [row] = await transaction.query<{ ourMinor: bigint | null; theirMinor: bigint | null }>(CLEARED, [
    partner,
    currency,
    day,
  ]);
  const { ourMinor, theirMinor } = row!;
  return ourMinor === null || theirMinor === null ? undefined : { ourMinor, theirMinor };
}

// A payment near midnight is of the day beside, its line of this one.
const CLEARED = `
  SELECT
    (SELECT sum(net_minor)::bigint
     FROM partner_cycle
     WHERE partner = $1 AND currency = $2 AND day = $3::date) AS "theirMinor",
    CASE WHEN EXISTS (
      SELECT FROM reconciliation_day JOIN reconciliation_run USING (day_id)
      WHERE level = 'L-P' AND partner = $1 AND currency = $2 AND day = $3::date
    ) THEN coalesce((
      SELECT sum(CASE l.leg WHEN 'debit' THEN m.our_minor ELSE -m.our_minor END)::bigint
      FROM reconciliation_day AS d
      JOIN reconciliation_match AS m ON m.day_id = d.day_id AND m.until_run IS NULL
      JOIN statement_line AS l ON l.partner = d.partner AND l.currency = d.currency AND l.line_id = m.line_id AND l.day = $3::date
      WHERE d.level = 'L-P' AND d.partner = $1 AND d.currency = $2 AND d.day BETWEEN $3::date - 1 AND $3::date + 1
    ), 0) END AS "ourMinor"`;
