import { BREAK_SEVERITY } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { FoundBreak } from './reconciliation.js';
import type { StatementName } from './statement.store.js';

/** Keys under which a difference is open, in whatever day's statement. */
export async function brokenKeys(
  database: Queryable,
  { partner, currency }: Omit<StatementName, 'day'>,
): Promise<string[]> {
  const rows = await database.query<{ key: string }>(
    `SELECT DISTINCT match_key AS key
     FROM settlement_break
     WHERE partner = $1 AND currency = $2 AND state IN ('OPEN', 'ASSIGNED') AND source = 'statement'
     ORDER BY key`,
    [partner, currency],
  );
  return rows.map(({ key }) => key);
}

/**
 * Writes what a run found: new breaks are opened, known ones keep their history and get the newest figures, and those under
 * keys that were judged and that no longer hold are resolved by the system. Timing differences resolve themselves.
 */
export async function replaceBreaks(
  transaction: Transaction,
  statement: StatementName,
  breaks: readonly FoundBreak[],
  judged: readonly string[],
  ids: readonly string[],
  now: Date,
): Promise<{ opened: number; resolved: number }> {
  const { partner, currency, day } = statement;
  const resolved = await transaction.query(RESOLVE_BREAKS, [
    partner,
    currency,
    judged,
    breaks.map((found) => `${found.type} ${found.key}`),
    now,
  ]);
  const opened = await transaction.query<{ isOpened: boolean }>(INSERT_BREAKS, [
    partner,
    currency,
    day,
    now,
    ids,
    breaks.map((found) => found.type),
    breaks.map((found) => BREAK_SEVERITY[found.type]),
    breaks.map((found) => found.key),
    breaks.map((found) => found.paymentId ?? null),
    breaks.map((found) => found.ourMinor ?? null),
    breaks.map((found) => found.theirMinor ?? null),
    breaks.map((found) => found.detail),
  ]);
  return { opened: opened.filter(({ isOpened }) => isOpened).length, resolved: resolved.length };
}

const RESOLVE_BREAKS = `
  UPDATE settlement_break
  SET state = 'AUTO_RESOLVED', closed_at = $5
  WHERE partner = $1
    AND currency = $2
    AND state IN ('OPEN', 'ASSIGNED')
    AND source = 'statement'
    AND match_key = ANY($3)
    AND NOT (type || ' ' || match_key) = ANY($4)
  RETURNING break_id`;

// What people have resolved opens again only when the figures are others than those that they saw.
const INSERT_BREAKS = `
  INSERT INTO settlement_break (
    partner, currency, day, opened_at, break_id, type, severity, match_key, payment_id,
    our_minor, their_minor, detail, state
  )
  SELECT $1, $2, $3::date, $4, found.*, CASE found.type WHEN 'TIMING' THEN 'AUTO_RESOLVED' ELSE 'OPEN' END
  FROM unnest($5::uuid[], $6::text[], $7::smallint[], $8::text[], $9::uuid[], $10::bigint[], $11::bigint[], $12::text[])
    AS found (break_id, type, severity, match_key, payment_id, our_minor, their_minor, detail)
  ON CONFLICT (partner, currency, type, match_key) WHERE source = 'statement' DO UPDATE
  SET our_minor = excluded.our_minor,
      their_minor = excluded.their_minor,
      detail = excluded.detail,
      state = CASE WHEN settlement_break.state IN ('RESOLVED', 'AUTO_RESOLVED') THEN 'OPEN' ELSE settlement_break.state END,
      opened_at = CASE WHEN settlement_break.state IN ('RESOLVED', 'AUTO_RESOLVED') THEN excluded.opened_at
                       ELSE settlement_break.opened_at END,
      closed_at = NULL
  WHERE settlement_break.type <> 'TIMING'
    AND (settlement_break.state = 'AUTO_RESOLVED'
      OR (settlement_break.our_minor, settlement_break.their_minor)
        IS DISTINCT FROM (excluded.our_minor, excluded.their_minor))
  RETURNING opened_at = $4 AS "isOpened"`;
