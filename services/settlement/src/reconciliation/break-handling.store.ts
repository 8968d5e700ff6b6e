import type { BreakHandling } from '@tonle/contracts';
import type { Database, Queryable, Transaction } from '@tonle/persistence';
import type { UnhandledBreak } from './break-handling.decide.js';

const STANDING = `state NOT IN ('RESOLVED', 'AUTO_RESOLVED')`;
const COLUMNS = `break_id AS "breakId", type, partner, currency, day::text AS day, match_key AS key, payment_id AS "paymentId",
  source, our_minor AS "ourMinor", their_minor AS "theirMinor"`;

/** Open breaks with which nothing was done yet: those that nobody has tried first, then the gravest and oldest. */
export function unhandled(database: Queryable, limit: number): Promise<UnhandledBreak[]> {
  return database.query<UnhandledBreak & object>(
    `SELECT ${COLUMNS}
     FROM settlement_break
     WHERE ${STANDING} AND handling = 'none'
     ORDER BY handled_at NULLS FIRST, severity, opened_at, break_id
     LIMIT $1`,
    [limit],
  );
}

/** Those of them that are still as they were, locked. */
export async function lockUnhandled(
  transaction: Transaction,
  breakIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await transaction.query<{ breakId: string }>(
    `SELECT break_id AS "breakId"
     FROM settlement_break
     WHERE break_id = ANY($1) AND ${STANDING} AND handling = 'none'
     ORDER BY break_id
     FOR UPDATE`,
    [breakIds],
  );
  return new Set(rows.map(({ breakId }) => breakId));
}

/** Nothing could be done with these now: others come before them. */
export async function noteTried(
  transaction: Transaction,
  breakIds: readonly string[],
  at: Date,
): Promise<void> {
  await transaction.query('UPDATE settlement_break SET handled_at = $2 WHERE break_id = ANY($1)', [
    breakIds,
    at,
  ]);
}

/** Something that was done with a break, in words. */
export interface HandledBreak {
  readonly breakId: string;
  readonly handling: BreakHandling;
  readonly detail: string;
}

/** Notes what was done, with its history. */
export async function noteHandled(
  transaction: Transaction,
  handled: readonly HandledBreak[],
  at: Date,
): Promise<void> {
  if (handled.length === 0) return;
  await transaction.query(
    `WITH done AS (
       UPDATE settlement_break AS b
       SET handling = h.handling, handled_at = $4, handled_times = handled_times + 1
       FROM unnest($1::uuid[], $2::text[], $3::text[]) AS h (break_id, handling, detail)
       WHERE b.break_id = h.break_id
       RETURNING b.break_id, h.handling, h.detail
     )
     INSERT INTO break_event (break_id, at, event, detail)
     SELECT break_id, $4, handling, detail
     FROM done`,
    [
      handled.map(({ breakId }) => breakId),
      handled.map(({ handling }) => handling),
      handled.map(({ detail }) => detail),
      at,
    ],
  );
}

/** A leg that a statement lacks. */
export interface LackedLeg {
  readonly breakId: string;
  readonly paymentId: string;
  readonly leg: 'debit' | 'credit' | 'reversal';
}

/** The legs that breaks of one network are about. */
export function legsOfBreaks(
  database: Queryable,
  breakIds: readonly string[],
  side: 'home' | 'partner',
): Promise<LackedLeg[]> {
  return database.query<LackedLeg & object>(
    `SELECT b.break_id AS "breakId", r.payment_id AS "paymentId",
       CASE
         WHEN $2 = 'partner' THEN CASE r.direction WHEN 'outbound' THEN 'credit' ELSE 'debit' END
         WHEN b.match_key = r.debit_ref THEN 'debit'
         WHEN b.match_key = r.reversal_ref THEN 'reversal'
         WHEN b.match_key = r.credit_ref THEN 'credit'
         ELSE CASE r.direction WHEN 'outbound' THEN 'debit' ELSE 'credit' END
       END AS leg
     FROM settlement_break AS b
     JOIN payment_record AS r USING (payment_id)
     WHERE b.break_id = ANY($1)`,
    [breakIds, side],
  );
}

/** Breaks that so many whole statements since their day, that one included, have not ended. */
export function claimable(
  transaction: Transaction,
  networks: readonly { readonly partner: string; readonly currency: string; readonly files: number }[],
): Promise<(UnhandledBreak & { readonly files: number })[]> {
  return transaction.query<UnhandledBreak & { files: number }>(
    `SELECT ${COLUMNS}, files
     FROM settlement_break AS b
     JOIN unnest($1::text[], $2::text[], $3::int[]) AS n (of_partner, of_currency, wanted)
       ON of_partner = b.partner AND of_currency = b.currency
     CROSS JOIN LATERAL (
       SELECT count(*)::int AS files
       FROM statement_taken AS t
       WHERE t.partner = b.partner AND t.currency = b.currency AND t.day >= b.day
     ) AS counted
     WHERE ${STANDING} AND handling = 'enquires' AND files >= wanted
     ORDER BY break_id
     LIMIT 500`,
    [
      networks.map(({ partner }) => partner),
      networks.map(({ currency }) => currency),
      networks.map(({ files }) => files),
    ],
  );
}

/** Breaks about banks that are late, and for how many days each was chased. */
export function chased(database: Database): Promise<(UnhandledBreak & { readonly days: number })[]> {
  return database.query<UnhandledBreak & { days: number }>(
    `SELECT ${COLUMNS}, handled_times - 1 AS days
     FROM settlement_break
     WHERE ${STANDING} AND handling = 'chased'
     ORDER BY break_id`,
  );
}

/** Chased for so many days. */
export async function noteChased(
  transaction: Transaction,
  breakId: string,
  { days, detail, at }: { readonly days: number; readonly detail: string; readonly at: Date },
): Promise<void> {
  await transaction.query(
    `WITH done AS (
       UPDATE settlement_break
       SET handled_at = $3, handled_times = $2 + 1
       WHERE break_id = $1 AND handling = 'chased' AND handled_times <= $2
       RETURNING break_id
     )
     INSERT INTO break_event (break_id, at, event, detail)
     SELECT break_id, $3, 'chased', $4
     FROM done`,
    [breakId, days, at, detail],
  );
}

/** Open breaks about days that a calendar says are closed. */
export function calendarBreaks(
  database: Database,
): Promise<{ partner: string; currency: string; key: string; day: string }[]> {
  return database.query(
    `SELECT partner, currency, match_key AS key, day::text AS day
     FROM settlement_break
     WHERE ${STANDING} AND type = 'CALENDAR' AND source = 'settlement'`,
  );
}
