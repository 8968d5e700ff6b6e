import type { StatementLine } from '@tonle/contracts';
import type { Database, Transaction } from '@tonle/persistence';
import type { ExpectedItem, FoundBreak, StatementItem, StrongKey } from './reconciliation.js';

/**
 * Keeps a page of statement lines; a line that is known already is replaced by its newer form. One that was
 * pending on a day may be booked on the next: what is booked stays booked, on its day.
 */
export async function upsertStatementLines(
  database: Database,
  statement: { readonly partner: string; readonly currency: string; readonly day: string },
  lines: readonly StatementLine[],
): Promise<void> {
  if (lines.length === 0) return;
  await database.query(UPSERT_LINES, [
    statement.partner,
    statement.currency,
    statement.day,
    lines.map((line) => line.lineId),
    lines.map((line) => line.uetr ?? null),
    lines.map((line) => line.partnerRef ?? null),
    lines.map((line) => line.leg ?? null),
    lines.map((line) => line.amount.minor),
    lines.map((line) => line.status),
    lines.map((line) => line.bookedAt),
  ]);
}

const UPSERT_LINES = `
  INSERT INTO statement_line
    (partner, currency, day, line_id, uetr, partner_ref, leg, amount_minor, status, booked_at)
  SELECT $1, $2, $3::date, line_id, uetr, partner_ref, leg, amount_minor, status, booked_at
  FROM unnest($4::text[], $5::uuid[], $6::text[], $7::text[], $8::bigint[], $9::text[], $10::timestamptz[])
    AS line (line_id, uetr, partner_ref, leg, amount_minor, status, booked_at)
  ON CONFLICT (partner, currency, line_id) DO UPDATE
  SET day = excluded.day, amount_minor = excluded.amount_minor, status = excluded.status,
      booked_at = excluded.booked_at
  WHERE NOT (statement_line.status = 'booked' AND excluded.status = 'pending')`;

const LINE_COLUMNS = `line_id AS "lineId", uetr, partner_ref AS "partnerRef", leg, amount_minor AS "amountMinor",
            status, booked_at AS "bookedAt", day::text AS day`;

/** Lines of a day and its neighbours. */
export function statementLines(
  database: Database,
  statement: { readonly partner: string; readonly currency: string; readonly day: string },
): Promise<StatementItem[]> {
  return database.query<StatementItem & object>(
    `SELECT ${LINE_COLUMNS}
     FROM statement_line
     WHERE partner = $1 AND currency = $2 AND day BETWEEN $3::date - 1 AND $3::date + 1
     ORDER BY booked_at, line_id`,
    [statement.partner, statement.currency, statement.day],
  );
}

/** Lines of whatever day under these strong keys. */
export async function statementLinesOf(
  database: Database,
  statement: { readonly partner: string; readonly currency: string },
  strongKey: StrongKey,
  keys: readonly string[],
): Promise<StatementItem[]> {
  if (keys.length === 0) return [];
  return database.query<StatementItem & object>(
    `SELECT ${LINE_COLUMNS}
     FROM statement_line
     WHERE partner = $1 AND currency = $2 AND ${strongKey === 'uetr' ? 'uetr = ANY($3::uuid[])' : 'partner_ref = ANY($3)'}
     ORDER BY booked_at, line_id`,
    [statement.partner, statement.currency, keys],
  );
}

/** Which legs of our payments the network of `currency` must show. */
export interface LegSelection {
  readonly corridors: readonly string[];
  readonly currency: string;
  /** Home rail: every accepted leg on it. Partner network: the one leg of a completed payment. */
  readonly side: 'home' | 'partner';
  readonly from: Date;
  readonly to: Date;
}

/** Our items that ended between two instants. */
export function expectedItems(database: Database, selection: LegSelection): Promise<ExpectedItem[]> {
  const { corridors, currency, side, from, to } = selection;
  return database.query<ExpectedItem & object>(
    `${side === 'home' ? HOME_ITEMS : PARTNER_ITEMS}
    AND r.ended_at >= $3 AND r.ended_at < $4`,
    [corridors, currency, from, to],
  );
}

/** Our items under these strong keys, whenever they ended. */
export async function expectedItemsOf(
  database: Database,
  { corridors, currency, side }: LegSelection,
  strongKey: StrongKey,
  keys: readonly string[],
): Promise<ExpectedItem[]> {
  if (keys.length === 0) return [];
  return database.query<ExpectedItem & object>(
    `${side === 'home' ? HOME_ITEMS : PARTNER_ITEMS}
    AND ${strongKey === 'uetr' ? 'r.uetr::text' : side === 'home' ? 'item.ref' : PARTNER_REF} = ANY($3)`,
    [corridors, currency, keys],
  );
}

const PARTNER_REF = "CASE r.direction WHEN 'outbound' THEN r.credit_ref END";

const PARTNER_ITEMS = `
  SELECT r.payment_id AS "paymentId", r.state, 'credit' AS leg, r.uetr,
         ${PARTNER_REF} AS "partnerRef",
         CASE r.direction WHEN 'outbound' THEN r.target_minor ELSE r.source_minor END AS "amountMinor",
         r.state IN ('COMPLETED', 'BLOCKED') AS booked, r.ended_at AS "endedAt"
  FROM payment_record r
  WHERE r.corridor = ANY($1)
    AND CASE r.direction WHEN 'outbound' THEN r.target_currency ELSE r.source_currency END = $2`;

const HOME_ITEMS = `
  SELECT r.payment_id AS "paymentId", r.state, item.leg, r.uetr, item.ref AS "partnerRef",
         CASE r.direction WHEN 'outbound' THEN r.source_minor ELSE r.target_minor END AS "amountMinor",
         true AS booked, r.ended_at AS "endedAt"
  FROM payment_record r
  CROSS JOIN LATERAL (VALUES
    ('debit', CASE r.direction WHEN 'outbound' THEN r.debit_ref END),
    ('reversal', CASE r.direction WHEN 'outbound' THEN r.reversal_ref END),
    ('credit', CASE r.direction WHEN 'inbound' THEN r.credit_ref END)
  ) AS item (leg, ref)
  WHERE r.corridor = ANY($1)
    AND CASE r.direction WHEN 'outbound' THEN r.source_currency ELSE r.target_currency END = $2
    AND item.ref IS NOT NULL`;

/**
 * Writes what a run found: new breaks are opened, known ones keep their history, and those of the day that
 * no longer hold are resolved by the system, and what was missing on another day and is found under a key
 * that was judged now. Timing differences resolve themselves.
 */
export async function replaceBreaks(
  transaction: Transaction,
  statement: { readonly partner: string; readonly currency: string; readonly day: string },
  breaks: readonly FoundBreak[],
  judged: readonly string[],
  ids: readonly string[],
  now: Date,
): Promise<{ opened: number; resolved: number }> {
  const { partner, currency, day } = statement;
  const resolved = await transaction.query(
    `UPDATE settlement_break
     SET state = 'AUTO_RESOLVED', closed_at = $5
     WHERE partner = $1 AND currency = $2 AND state = 'OPEN'
       AND (day = $3::date OR (type IN ('MISSING_AT_PARTNER', 'MISSING_AT_US') AND match_key = ANY($6)))
       AND NOT (type || ' ' || match_key) = ANY($4)
     RETURNING break_id`,
    [partner, currency, day, breaks.map((found) => `${found.type} ${found.key}`), now, judged],
  );
  const opened = await transaction.query(INSERT_BREAKS, [
    partner,
    currency,
    day,
    now,
    ids,
    breaks.map((found) => found.type),
    breaks.map((found) => found.severity),
    breaks.map((found) => found.key),
    breaks.map((found) => found.paymentId ?? null),
    breaks.map((found) => found.ourMinor ?? null),
    breaks.map((found) => found.theirMinor ?? null),
    breaks.map((found) => found.detail),
  ]);
  return { opened: opened.length, resolved: resolved.length };
}

const INSERT_BREAKS = `
  INSERT INTO settlement_break (
    partner, currency, day, opened_at, break_id, type, severity, match_key, payment_id,
    our_minor, their_minor, detail, state
  )
  SELECT $1, $2, $3::date, $4, found.*, CASE found.type WHEN 'TIMING' THEN 'AUTO_RESOLVED' ELSE 'OPEN' END
  FROM unnest($5::uuid[], $6::text[], $7::smallint[], $8::text[], $9::uuid[], $10::bigint[], $11::bigint[], $12::text[])
    AS found (break_id, type, severity, match_key, payment_id, our_minor, their_minor, detail)
  ON CONFLICT (partner, currency, type, match_key) DO UPDATE
  SET state = 'OPEN', closed_at = NULL, their_minor = excluded.their_minor, detail = excluded.detail
  WHERE settlement_break.state = 'AUTO_RESOLVED' AND settlement_break.type <> 'TIMING'
  RETURNING break_id`;
