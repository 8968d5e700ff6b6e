import { BREAK_SEVERITY } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import type { EndedDifference, SettlementDifference } from './settlement-difference.js';

/**
 * Opens a break for each, in the caller's transaction. One that is open gets the newest figures, one that the system has ended opens
 * again; one that people have resolved only when the figures are others. `ids`: an id of a new break for each.
 */
export async function openDifferences(
  transaction: Transaction,
  found: readonly SettlementDifference[],
  ids: readonly string[],
  now: Date,
): Promise<void> {
  if (found.length === 0) return;
  await transaction.query(OPEN, [
    now,
    ids,
    found.map(({ type }) => type),
    found.map(({ type }) => BREAK_SEVERITY[type]),
    found.map(({ partner }) => partner),
    found.map(({ currency }) => currency),
    found.map(({ day }) => day),
    found.map(({ key }) => key),
    found.map(({ paymentId }) => paymentId ?? null),
    found.map(({ ourMinor }) => ourMinor ?? null),
    found.map(({ theirMinor }) => theirMinor ?? null),
    found.map(({ detail }) => detail),
  ]);
}

const OPEN = `
  INSERT INTO settlement_break (opened_at, break_id, type, severity, partner, currency, day, match_key, payment_id, our_minor,
    their_minor, detail, state, source)
  SELECT $1::timestamptz, found.*, 'OPEN', 'settlement'
  FROM unnest($2::uuid[], $3::text[], $4::smallint[], $5::text[], $6::text[], $7::date[], $8::text[], $9::uuid[], $10::bigint[],
    $11::bigint[], $12::text[])
    AS found (break_id, type, severity, partner, currency, day, match_key, payment_id, our_minor, their_minor, detail)
  ON CONFLICT (partner, currency, type, match_key) WHERE source = 'settlement' DO UPDATE
  SET our_minor = excluded.our_minor,
      their_minor = excluded.their_minor,
      detail = excluded.detail,
      version = settlement_break.version + 1,
      state = CASE WHEN settlement_break.state IN ('RESOLVED', 'AUTO_RESOLVED') THEN 'OPEN' ELSE settlement_break.state END,
      opened_at = CASE WHEN settlement_break.state IN ('RESOLVED', 'AUTO_RESOLVED') THEN excluded.opened_at
                       ELSE settlement_break.opened_at END,
      closed_at = NULL,
      handling = CASE WHEN settlement_break.state IN ('RESOLVED', 'AUTO_RESOLVED') THEN 'none' ELSE settlement_break.handling END,
      handled_times = CASE WHEN settlement_break.state IN ('RESOLVED', 'AUTO_RESOLVED') THEN 0
                           ELSE settlement_break.handled_times END
  WHERE settlement_break.state = 'AUTO_RESOLVED'
    OR (settlement_break.our_minor, settlement_break.their_minor) IS DISTINCT FROM (excluded.our_minor, excluded.their_minor)
    OR (settlement_break.state <> 'RESOLVED' AND settlement_break.detail <> excluded.detail)`;

/** What no longer holds: the system ends it; one that has ended stays as it is. */
export async function endDifferences(
  transaction: Transaction,
  ended: readonly EndedDifference[],
  now: Date,
): Promise<void> {
  if (ended.length === 0) return;
  await transaction.query(
    `UPDATE settlement_break AS b
     SET state = 'AUTO_RESOLVED', closed_at = $1, version = b.version + 1
     FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS ended (partner, currency, type, match_key)
     WHERE b.source = 'settlement'
       AND b.state NOT IN ('RESOLVED', 'AUTO_RESOLVED')
       AND (b.partner, b.currency, b.type, b.match_key) = (ended.partner, ended.currency, ended.type, ended.match_key)`,
    [
      now,
      ended.map(({ partner }) => partner),
      ended.map(({ currency }) => currency),
      ended.map(({ type }) => type),
      ended.map(({ key }) => key),
    ],
  );
}
