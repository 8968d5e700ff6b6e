import type { Transaction } from '@tonle/persistence';
import type { StatementName } from './statement.store.js';
import type { BucketRange } from './workspace.store.js';

/** How many breaks a run opened, or ended. */
export interface BreakChanges {
  readonly opened: number;
  readonly resolved: number;
}

/**
 * Writes what a run found in these buckets: new breaks are opened, known ones keep their history and get the newest figures, and
 * those under keys that were judged and that no longer hold are resolved by the system. Timing and rounding resolve themselves.
 */
export async function writeBreaks(
  transaction: Transaction,
  { partner, currency, day }: StatementName,
  { from, to }: BucketRange,
  now: Date,
): Promise<BreakChanges> {
  await transaction.query('ANALYZE compared_judged');
  const resolved = await transaction.query<{ n: number }>(RESOLVE_BREAKS, [partner, currency, from, to, now]);
  const opened = await transaction.query<{ n: number }>(INSERT_BREAKS, [
    partner,
    currency,
    day,
    now,
    from,
    to,
  ]);
  return { opened: opened[0]!.n, resolved: resolved[0]!.n };
}

const RESOLVE_BREAKS = `
  WITH resolved AS (
    UPDATE settlement_break AS b
    SET state = 'AUTO_RESOLVED', closed_at = $5, version = version + 1
    WHERE partner = $1
      AND currency = $2
      AND state IN ('OPEN', 'ASSIGNED', 'PROPOSED')
      AND source = 'statement'
      AND match_key IN (SELECT key FROM compared_judged WHERE bucket BETWEEN $3 AND $4)
      AND NOT EXISTS (SELECT FROM compared_found AS found WHERE found.key = b.match_key AND found.type = b.type)
    RETURNING break_id
  ), told AS (
    INSERT INTO break_event (break_id, at, event, detail)
    SELECT break_id, $5, 'auto_resolve', 'the statements no longer show it'
    FROM resolved
  )
  SELECT count(*)::int AS n FROM resolved`;

// Timing that both sides have ended, and rounding, are ended as they are found; timing that waits for a file is open until it comes.
const IS_ENDED = `(type = 'ROUNDING' OR (type = 'TIMING' AND waits IS NOT TRUE))`;
const ENDS_ITSELF = `excluded.state = 'AUTO_RESOLVED'`;

// What people have resolved opens again only when the figures are others than those that they saw.
const INSERT_BREAKS = `
  WITH written AS (
    INSERT INTO settlement_break (
      partner, currency, day, opened_at, break_id, type, severity, match_key, payment_id,
      our_minor, their_minor, detail, suggestion, state, closed_at
    )
    SELECT DISTINCT ON (type, key) $1, $2, coalesce(day, $3::date), $4, break_id, type, severity, key, payment_id, our_minor, their_minor, detail,
      suggestion, CASE WHEN ${IS_ENDED} THEN 'AUTO_RESOLVED' ELSE 'OPEN' END, CASE WHEN ${IS_ENDED} THEN $4::timestamptz END
    FROM compared_found
    WHERE bucket BETWEEN $5 AND $6
    ORDER BY type, key, is_of_day DESC, part
    ON CONFLICT (partner, currency, type, match_key) WHERE source = 'statement' DO UPDATE
    SET our_minor = excluded.our_minor,
        their_minor = excluded.their_minor,
        detail = excluded.detail,
        suggestion = excluded.suggestion,
        version = settlement_break.version + 1,
        state = CASE WHEN ${ENDS_ITSELF} THEN 'AUTO_RESOLVED'
                     WHEN settlement_break.state IN ('RESOLVED', 'AUTO_RESOLVED') THEN 'OPEN' ELSE settlement_break.state END,
        opened_at = CASE WHEN settlement_break.state IN ('RESOLVED', 'AUTO_RESOLVED')
                              AND NOT ${ENDS_ITSELF} THEN excluded.opened_at
                         ELSE settlement_break.opened_at END,
        closed_at = excluded.closed_at,
        handling = CASE WHEN settlement_break.state IN ('RESOLVED', 'AUTO_RESOLVED') THEN 'none' ELSE settlement_break.handling END,
        handled_times = CASE WHEN settlement_break.state IN ('RESOLVED', 'AUTO_RESOLVED') THEN 0
                             ELSE settlement_break.handled_times END
    WHERE (settlement_break.type <> 'TIMING' OR settlement_break.state NOT IN ('RESOLVED', 'AUTO_RESOLVED'))
      AND ((${ENDS_ITSELF} AND settlement_break.type = 'TIMING')
        OR (settlement_break.state = 'AUTO_RESOLVED' AND settlement_break.type <> 'ROUNDING')
        OR (settlement_break.our_minor, settlement_break.their_minor)
          IS DISTINCT FROM (excluded.our_minor, excluded.their_minor)
        OR (settlement_break.state <> 'RESOLVED' AND settlement_break.suggestion IS DISTINCT FROM excluded.suggestion))
    RETURNING break_id, type, opened_at = $4 AS is_opened, version
  ), told AS (
    INSERT INTO break_event (break_id, at, event, detail)
    SELECT break_id, $4, 'reopen', 'a statement shows it again, or other figures'
    FROM written
    WHERE is_opened AND version > 1
  )
  SELECT count(*) FILTER (WHERE is_opened)::int AS n FROM written`;
