import type { Queryable, Transaction } from '@tonle/persistence';
import { SINCE_SUMMED_UP, SUMMED_UP, summedUpBefore } from '../report/definitions/summed-up.view.js';
import type { RailHolding } from './holding.js';

/** A currency of a rail, and which account there is mirrored by which of the ledger. */
export interface MirroredRail {
  readonly partner: string;
  readonly currency: string;
  readonly utcOffsetMinutes: number;
  /** The rail's names of accounts, and the codes of their mirrors beside them. */
  readonly accounts: readonly string[];
  readonly codes: readonly string[];
}

/** Days that have come, or came again, since their lines were held against the ledger. */
export async function freshRailDays(
  database: Queryable,
  { partner, currency }: MirroredRail,
): Promise<{ readonly day: string; readonly askedAt: Date }[]> {
  return database.query<{ readonly day: string; readonly askedAt: Date }>(
    `SELECT t.day::text AS day, t.asked_at AS "askedAt"
     FROM statement_taken AS t
     LEFT JOIN rail_day AS d USING (partner, currency, day)
     WHERE t.partner = $1 AND t.currency = $2 AND d.asked_at IS DISTINCT FROM t.asked_at
       AND EXISTS (SELECT FROM statement_head AS h WHERE (h.partner, h.currency, h.day) = (t.partner, t.currency, t.day))
     ORDER BY t.day`,
    [partner, currency],
  );
}

/** What the ledger has of a line on account `a`, by its leg or as funds, for a LATERAL; of `line`, whose leg is `leg`. */
const bookedOf = (line: string, leg: string): string => `
  SELECT sum(CASE t.debit WHEN a.account_id THEN t.minor ELSE -t.minor END)::bigint AS minor
  FROM ledger_transfer AS t
  WHERE a.account_id IN (t.debit, t.credit)
    AND ((t.chain_id = CASE WHEN ${leg} ~ '^[0-9a-f-]{36}:[CDR]$' THEN left(${leg}, 36)::uuid END
        AND t.kind = CASE right(${leg}, 1) WHEN 'R' THEN 'reversal_rail' ELSE 'discharge_rail' END)
      OR (t.kind = 'funds' AND t.reference IN (
        concat_ws(':', 'rail', ${line}.partner, ${line}.currency, ${line}.line_id, 1),
        concat_ws(':', 'rail', ${line}.partner, ${line}.currency, ${line}.line_id, 2))))`;

// A leg that the rail has twice is booked once: the first line is the one.
const NOTE_LINES = `
  INSERT INTO rail_line_open (code, partner, currency, day, line_id, leg_key, minor)
  SELECT a.code, l.partner, l.currency, l.day, l.line_id, first.leg_key, side.minor
  FROM statement_line AS l
  CROSS JOIN LATERAL (
    VALUES (l.from_account, -l.amount_minor), (l.to_account, l.amount_minor)
  ) AS side (account, minor)
  JOIN unnest($4::text[], $5::text[]) AS mirrored (account, code) ON mirrored.account = side.account
  JOIN ledger_account AS a ON a.code = mirrored.code
  LEFT JOIN LATERAL (
    SELECT l.leg_key
    WHERE NOT EXISTS (
      SELECT FROM statement_line AS before
      WHERE before.partner = l.partner AND before.currency = l.currency AND before.leg_key = l.leg_key AND before.status = 'booked'
        AND (before.day, before.line_id) < (l.day, l.line_id)
    )
  ) AS first ON true
  LEFT JOIN LATERAL (${bookedOf('l', 'first.leg_key')}) AS booked ON true
  WHERE l.partner = $1 AND l.currency = $2 AND l.day = $3::date AND l.status = 'booked'
    AND side.minor <> coalesce(booked.minor, 0)
  ON CONFLICT DO NOTHING`;

/** Holds the lines of a day against the ledger: those that it lacks, or has otherwise, are noted. */
export async function noteRailDay(
  transaction: Transaction,
  { partner, currency, accounts, codes }: MirroredRail,
  { day, askedAt }: { readonly day: string; readonly askedAt: Date },
): Promise<void> {
  await transaction.query(
    'DELETE FROM rail_line_open WHERE partner = $1 AND currency = $2 AND day = $3::date',
    [partner, currency, day],
  );
  await transaction.query(NOTE_LINES, [partner, currency, day, accounts, codes]);
  await transaction.query(
    `INSERT INTO rail_day (partner, currency, day, asked_at)
     VALUES ($1, $2, $3::date, $4)
     ON CONFLICT (partner, currency, day) DO UPDATE SET asked_at = EXCLUDED.asked_at`,
    [partner, currency, day, askedAt],
  );
}

/** Of lines that were noted, those that the ledger has by now as the rail told them. */
const DROP_BOOKED = `
  DELETE FROM rail_line_open AS o
  USING ledger_account AS a
  WHERE o.partner = $1 AND o.currency = $2 AND a.code = o.code
    AND o.minor = (${bookedOf('o', 'o.leg_key')})`;

// A leg is booked when the rail has answered: what was booked an hour before the day's end cannot be of a later line.
const LOOK = `
  WITH ${summedUpBefore("'infinity'")}, told AS (
    SELECT DISTINCT ON (a.code) a.code, a.account_id, h.account, h.day, h.opening_minor, h.closing_minor,
      (h.day + 1)::timestamp AT TIME ZONE 'UTC' - make_interval(mins => $5::int) AS ends
    FROM unnest($3::text[], $4::text[]) AS mirrored (account, code)
    JOIN ledger_account AS a USING (code)
    JOIN statement_head AS h ON h.partner = $1 AND h.currency = $2 AND h.account = mirrored.account
    ORDER BY a.code, h.day DESC, h.ordinal DESC
  ), moved AS (
    SELECT side.account_id, sum(side.minor) AS minor
    FROM ledger_transfer
    CROSS JOIN LATERAL (VALUES (debit, minor), (credit, -minor)) AS side (account_id, minor)
    WHERE at >= ${SINCE_SUMMED_UP}
    GROUP BY side.account_id
  ), later AS (
    SELECT s.account_id, sum(CASE t.debit WHEN s.account_id THEN t.minor ELSE -t.minor END) AS minor
    FROM told AS s
    JOIN ledger_transfer AS t ON s.account_id IN (t.debit, t.credit)
    WHERE t.at >= (SELECT min(ends) FROM told) - interval '1 hour'
      AND t.at >= s.ends - interval '1 hour'
      AND t.kind IN ('discharge_rail', 'reversal_rail')
      AND NOT EXISTS (
        SELECT FROM statement_line AS l
        WHERE l.partner = $1 AND l.currency = $2 AND l.status = 'booked' AND l.day <= s.day
          AND l.leg_key = ANY (CASE t.kind
            WHEN 'reversal_rail' THEN ARRAY[t.chain_id || ':R']
            ELSE ARRAY[t.chain_id || ':C', t.chain_id || ':D'] END)
      )
    GROUP BY s.account_id
  ), open AS (
    SELECT o.code, sum(o.minor - coalesce(booked.minor, 0)) AS minor, count(*)::int AS lines
    FROM rail_line_open AS o
    JOIN told AS a USING (code)
    LEFT JOIN LATERAL (${bookedOf('o', 'o.leg_key')}) AS booked ON true
    WHERE o.partner = $1 AND o.currency = $2 AND o.day <= a.day
    GROUP BY o.code
  )
  INSERT INTO rail_holding AS known
    (code, currency, day, account, opening_minor, closing_minor, ledger_minor, open_minor, open_lines, looked_at)
  SELECT a.code, $2, a.day, a.account, a.opening_minor, a.closing_minor,
    coalesce(c.debits - c.credits, 0) + coalesce(m.minor, 0) - coalesce(l.minor, 0), coalesce(o.minor, 0), coalesce(o.lines, 0), $6
  FROM told AS a
  LEFT JOIN LATERAL (${SUMMED_UP}) AS c ON true
  LEFT JOIN moved AS m USING (account_id)
  LEFT JOIN later AS l USING (account_id)
  LEFT JOIN open AS o USING (code)
  WHERE EXISTS (SELECT FROM ledger_copy WHERE copied_up_to IS NOT NULL)
  ON CONFLICT (code, day) DO UPDATE SET account = EXCLUDED.account, opening_minor = EXCLUDED.opening_minor,
    closing_minor = EXCLUDED.closing_minor, ledger_minor = EXCLUDED.ledger_minor, open_minor = EXCLUDED.open_minor,
    open_lines = EXCLUDED.open_lines, looked_at = EXCLUDED.looked_at
  WHERE (known.account, known.opening_minor, known.closing_minor, known.ledger_minor, known.open_minor, known.open_lines)
    IS DISTINCT FROM (EXCLUDED.account, EXCLUDED.opening_minor, EXCLUDED.closing_minor, EXCLUDED.ledger_minor, EXCLUDED.open_minor,
      EXCLUDED.open_lines)`;

/** Holds the newest balance that the rail told of each account against its mirror, and keeps what came out. */
export async function lookAtRail(transaction: Transaction, rail: MirroredRail, at: Date): Promise<void> {
  const { partner, currency, accounts, codes, utcOffsetMinutes } = rail;
  await transaction.query(DROP_BOOKED, [partner, currency]);
  await transaction.query(LOOK, [partner, currency, accounts, codes, utcOffsetMinutes, at]);
}

/** Each mirror of a rail, with the newest day that its rail has told, up to a day. */
export function railHoldings(database: Queryable, untilDay?: string): Promise<(RailHolding & object)[]> {
  return database.query<RailHolding & object>(
    `SELECT a.code, a.currency, h.day::text AS day, h.closing_minor AS "closingMinor", h.ledger_minor AS "ledgerMinor",
       h.open_minor AS "openMinor", coalesce(h.open_lines, 0) AS "openLines"
     FROM ledger_account AS a
     LEFT JOIN LATERAL (
       SELECT *
       FROM rail_holding
       WHERE code = a.code AND ($1::date IS NULL OR day <= $1)
       ORDER BY day DESC
       LIMIT 1
     ) AS h ON true
     WHERE a.kind = 'RAIL'
     ORDER BY a.code`,
    [untilDay ?? null],
  );
}
