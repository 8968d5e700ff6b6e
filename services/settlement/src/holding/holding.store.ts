import type { Queryable } from '@tonle/persistence';
import type { Holdings } from './holding.js';
import { railHoldings } from './rail-holding.store.js';

interface HoldingRow {
  readonly bank: string | null;
  readonly currency: string;
  readonly day: string | null;
  /** Of a bank its closing balance, of SUSPENSE its open items. */
  readonly heldMinor: bigint;
  readonly underwayMinor: bigint;
  readonly laterMinor: bigint;
  readonly laterUnderwayMinor: bigint;
  /** Of a bank what is booked of later lines, of SUSPENSE what is booked beside items. */
  readonly besideMinor: bigint;
  readonly ledgerMinor: bigint;
  readonly refused: number;
}

/**
 * What banks and items hold beside what the ledger says, all of one instant; by statements up to a day, or by the newest. Nothing before
 * the ledger's copy begins.
 */
export async function holdingsOf(database: Queryable, untilDay?: string): Promise<Holdings> {
  const rows = await database.query<HoldingRow & object>(HOLDINGS, [untilDay ?? null]);
  return {
    rails: await railHoldings(database, untilDay),
    banks: rows.flatMap(({ bank, day, heldMinor, besideMinor, ...row }) =>
      bank === null || day === null
        ? []
        : [{ ...row, bank, day, closingMinor: heldMinor, laterBookedMinor: besideMinor }],
    ),
    suspense: rows.flatMap(
      ({ bank, currency, heldMinor, underwayMinor, besideMinor, ledgerMinor, refused }) =>
        bank === null
          ? [
              {
                ...{ currency, underwayMinor, ledgerMinor, refused },
                ...{ itemsMinor: heldMinor, othersMinor: besideMinor },
              },
            ]
          : [],
    ),
  };
}

// The ledger is read from its copy: what was summed up, and what moved since. What is due is not there yet, unless routing has booked it
// and settlement has not heard so. Notifications that are older than a statement by so many days have no lines of their own any more.
const HOLDINGS = `
  WITH copy AS (
    SELECT copied_up_to, checkpointed_day,
      coalesce((checkpointed_day + 1)::timestamp AT TIME ZONE 'UTC', '-infinity'::timestamptz) AS summed_to
    FROM ledger_copy
    WHERE copied_up_to IS NOT NULL
  ), account AS MATERIALIZED (
    SELECT account_id, code
    FROM ledger_account
    WHERE kind IN ('NOSTRO', 'SUSPENSE')
  ), entry AS MATERIALIZED (
    SELECT entry_id, kind, line_id, state, booked_at, due_at, side.code, side.minor,
      kind = 'suspense' OR entry_id LIKE 'suspense:%' AS is_item
    FROM ledger_entry
    CROSS JOIN LATERAL (
      VALUES (debit, CASE WHEN debit LIKE 'NOSTRO:%' THEN minor ELSE -minor END),
             (credit, CASE WHEN credit LIKE 'NOSTRO:%' THEN -minor ELSE minor END)
    ) AS side (code, minor)
    -- By an index each, so that what is long booked is not read.
    WHERE (state <> 'booked' OR booked_at >= (SELECT summed_to FROM copy) OR debit LIKE 'SUSPENSE:%' OR credit LIKE 'SUSPENSE:%')
      AND (side.code LIKE 'SUSPENSE:%'
      OR (side.code LIKE 'NOSTRO:%' AND (state <> 'booked' OR booked_at >= (SELECT summed_to FROM copy))))
  ), since AS (
    -- Clocks of services differ a little.
    SELECT least((SELECT summed_to FROM copy), min(coalesce(l.taken_at, m.at, e.due_at)) - interval '1 hour') AS at
    FROM entry AS e
    LEFT JOIN bank_line AS l USING (line_id)
    LEFT JOIN suspense_move AS m ON e.entry_id = 'suspense:' || m.move_id
    WHERE e.state = 'due'
  ), moved AS MATERIALIZED (
    SELECT debit, credit, minor, kind, reference, at
    FROM ledger_transfer
    WHERE at >= (SELECT at FROM since)
      AND at < (SELECT copied_up_to FROM copy)
      AND (debit IN (SELECT account_id FROM account) OR credit IN (SELECT account_id FROM account))
  ), ledger AS (
    SELECT a.code, coalesce(c.debits - c.credits, 0) + coalesce(m.minor, 0) AS minor
    FROM account AS a
    LEFT JOIN LATERAL (
      SELECT debits, credits
      FROM ledger_checkpoint
      WHERE account_id = a.account_id AND day <= (SELECT checkpointed_day FROM copy)
      ORDER BY day DESC
      LIMIT 1
    ) AS c ON true
    LEFT JOIN (
      SELECT side.account_id, sum(side.minor) AS minor
      FROM moved
      CROSS JOIN LATERAL (VALUES (debit, minor), (credit, -minor)) AS side (account_id, minor)
      WHERE at >= (SELECT summed_to FROM copy)
      GROUP BY side.account_id
    ) AS m USING (account_id)
  ), underway AS MATERIALIZED (
    SELECT e.*
    FROM entry AS e
    WHERE (e.state = 'due' OR (e.state = 'booked' AND e.booked_at >= (SELECT copied_up_to FROM copy)))
      AND NOT EXISTS (SELECT FROM moved AS m WHERE m.reference = e.entry_id AND m.kind = e.kind)
  ), refused AS (
    SELECT code, count(*)::int AS n
    FROM entry
    WHERE state NOT IN ('due', 'booked')
    GROUP BY code
  ), stated AS (
    SELECT DISTINCT ON (bank, currency) bank, currency, day, closing_minor, concat_ws(':', 'NOSTRO', bank, currency) AS code
    FROM bank_statement AS s
    WHERE kind = 'statement'
      AND ($1::date IS NULL OR day <= $1)
      AND NOT EXISTS (SELECT FROM bank_statement AS next WHERE next.replaces = s.statement_id)
    ORDER BY bank, currency, day DESC
  ), later AS MATERIALIZED (
    SELECT s.code, l.line_id, l.amount_minor
    FROM stated AS s
    JOIN bank_statement AS f ON f.bank = s.bank AND f.currency = s.currency
      AND f.day > s.day - 40 AND (f.kind <> 'statement' OR f.day > s.day)
    JOIN bank_line AS l ON l.statement_id = f.statement_id
  ), unplaced AS (
    -- Placed or not, or placed and not in the ledger yet.
    SELECT concat_ws(':', 'NOSTRO', bank, currency) AS code, line_id, amount_minor AS minor
    FROM bank_line
    WHERE state = 'NEW'
    UNION ALL
    SELECT code, line_id, minor
    FROM underway
    WHERE code LIKE 'NOSTRO:%'
  ), waiting AS (
    SELECT u.code, sum(u.minor) FILTER (WHERE l.line_id IS NULL) AS stated, sum(u.minor) FILTER (WHERE l.line_id IS NOT NULL) AS later
    FROM unplaced AS u
    LEFT JOIN later AS l USING (line_id)
    GROUP BY u.code
  ), told AS (
    SELECT code, sum(amount_minor) AS minor
    FROM later
    GROUP BY code
  ), told_booked AS (
    SELECT l.code, sum(CASE WHEN e.debit = l.code THEN e.minor ELSE -e.minor END) AS minor
    FROM later AS l
    JOIN ledger_entry AS e USING (line_id)
    WHERE e.state IN ('due', 'booked') AND NOT EXISTS (SELECT FROM underway AS u WHERE u.entry_id = e.entry_id)
    GROUP BY l.code
  ), item AS (
    SELECT concat_ws(':', 'SUSPENSE', currency) AS code, sum(open_minor) AS minor
    FROM suspense_item
    WHERE state <> 'CLEARED'
    GROUP BY currency
  ), beside AS (
    SELECT code,
      sum(minor) FILTER (WHERE is_item AND is_underway) AS item_underway,
      sum(minor) FILTER (WHERE NOT is_item AND NOT is_underway) AS others
    FROM (
      SELECT code, minor, is_item, EXISTS (SELECT FROM underway AS u WHERE (u.entry_id, u.code) = (e.entry_id, e.code)) AS is_underway
      FROM entry AS e
      WHERE code LIKE 'SUSPENSE:%' AND state IN ('due', 'booked')
    ) AS booked
    GROUP BY code
  )
  SELECT s.bank, s.currency, s.day::text AS day, s.closing_minor AS "heldMinor", coalesce(w.stated, 0)::bigint AS "underwayMinor",
    coalesce(t.minor, 0)::bigint AS "laterMinor", coalesce(w.later, 0)::bigint AS "laterUnderwayMinor",
    coalesce(b.minor, 0)::bigint AS "besideMinor", coalesce(g.minor, 0)::bigint AS "ledgerMinor", coalesce(r.n, 0) AS refused
  FROM copy
  CROSS JOIN stated AS s
  LEFT JOIN waiting AS w USING (code)
  LEFT JOIN told AS t USING (code)
  LEFT JOIN told_booked AS b USING (code)
  LEFT JOIN ledger AS g USING (code)
  LEFT JOIN refused AS r USING (code)
  UNION ALL
  SELECT NULL, substr(c.code, 10), NULL, coalesce(i.minor, 0)::bigint, coalesce(b.item_underway, 0)::bigint, 0, 0,
    coalesce(b.others, 0)::bigint, -coalesce(g.minor, 0)::bigint, coalesce(r.n, 0)
  FROM copy
  CROSS JOIN (
    SELECT code FROM item
    UNION
    SELECT code FROM ledger WHERE code LIKE 'SUSPENSE:%'
    UNION
    SELECT code FROM beside
  ) AS c
  LEFT JOIN item AS i USING (code)
  LEFT JOIN beside AS b USING (code)
  LEFT JOIN ledger AS g USING (code)
  LEFT JOIN refused AS r USING (code)
  ORDER BY 1, 2`;
