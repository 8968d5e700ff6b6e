import type { ReportDefinition } from '../report-definition.js';
import { SINCE_SUMMED_UP, SUMMED_UP, summedUpBefore } from './summed-up.view.js';

/** The copy of the ledger reaches what is to be known of it: a statement is told with the ledger of that instant, not of its day. */
const LEDGER_IS_KNOWN = `SELECT copied_up_to >= :knownAt::timestamptz AS "isReady" FROM ledger_copy`;

/**
 * R6: each statement of the settlement banks: what its lines were matched with, what is in suspense, and what the ledger makes of it; and
 * what rails that tell their balances hold of each account that the ledger mirrors.
 */
export const NOSTRO_RECONCILIATION: ReportDefinition = {
  id: 'R6',
  title: 'Nostro reconciliation',
  version: 3,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'account', label: 'Account', type: 'text' },
    { key: 'told', label: 'Source', type: 'text' },
    { key: 'bank', label: 'Bank', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'day', label: 'Day', type: 'day' },
    { key: 'statement', label: 'Statement', type: 'count' },
    { key: 'opening', label: 'Opening', type: 'amount', currency: 'currency', isBalance: true },
    { key: 'linesMatched', label: 'Lines matched', type: 'count' },
    { key: 'matched', label: 'Matched', type: 'amount', currency: 'currency' },
    { key: 'linesInSuspense', label: 'Lines in suspense', type: 'count' },
    { key: 'suspense', label: 'Suspense', type: 'amount', currency: 'currency' },
    { key: 'linesUnmatched', label: 'Lines unmatched', type: 'count' },
    { key: 'unmatched', label: 'Unmatched', type: 'amount', currency: 'currency' },
    { key: 'closing', label: 'Closing', type: 'amount', currency: 'currency', isBalance: true },
    { key: 'ledger', label: 'Ledger balance', type: 'amount', currency: 'currency', isBalance: true },
    { key: 'notBooked', label: 'Not booked yet', type: 'amount', currency: 'currency', isBalance: true },
    { key: 'difference', label: 'Difference', type: 'amount', currency: 'currency' },
  ],
  isReady: LEDGER_IS_KNOWN,
  // A statement that was corrected since is told as it was until then. The ledger's balance is without the lines that are not in it or an
  // earlier one: what was told since does not change it. Accounts of rails have no instant: those are told that had moved by then.
  sql: `
    WITH ${summedUpBefore(':knownAt')}, moved AS (
      SELECT side.account_id, sum(side.minor) AS minor
      FROM ledger_transfer
      CROSS JOIN LATERAL (VALUES (debit, minor), (credit, -minor)) AS side (account_id, minor)
      WHERE at >= ${SINCE_SUMMED_UP}
        AND at < :knownAt
      GROUP BY side.account_id
    ), ledger AS (
      SELECT a.code, coalesce(c.debits - c.credits, 0) + coalesce(m.minor, 0) AS minor
      FROM ledger_account AS a
      LEFT JOIN LATERAL (${SUMMED_UP}) AS c ON true
      LEFT JOIN moved AS m USING (account_id)
      WHERE a.kind = 'NOSTRO'
    ), unheard AS MATERIALIZED (
      -- Routing has booked it, and settlement has not heard so.
      SELECT e.entry_id
      FROM ledger_entry AS e
      JOIN ledger_transfer AS t ON t.reference = e.entry_id AND t.kind = e.kind
      WHERE e.state = 'due' AND e.line_id IS NOT NULL AND t.at < :knownAt
        AND t.at >= (
          SELECT min(l.taken_at) - interval '1 hour' FROM ledger_entry AS d JOIN bank_line AS l USING (line_id) WHERE d.state = 'due'
        )
    ), told AS MATERIALIZED (
      SELECT l.bank, l.currency, CASE f.kind WHEN 'statement' THEN f.day END AS stated, l.amount_minor AS minor, e.booked
      FROM bank_line AS l
      JOIN bank_statement AS f USING (statement_id)
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(CASE WHEN debit LIKE 'NOSTRO:%' THEN minor ELSE -minor END), 0) AS booked
        FROM ledger_entry
        WHERE line_id = l.line_id AND (booked_at < :knownAt OR entry_id IN (SELECT entry_id FROM unheard))
      ) AS e
      WHERE l.taken_at <= :knownAt
        AND (:currency::text IS NULL OR l.currency = :currency)
    )
    SELECT concat_ws(':', 'NOSTRO', s.bank, s.currency) AS account, 'by the bank' AS told,
      s.bank, s.currency, s.day, s.number AS statement, s.opening_minor AS opening,
      lines.matched AS "linesMatched", lines.matched_minor AS matched,
      lines.suspense AS "linesInSuspense", lines.suspense_minor AS suspense,
      lines.unmatched AS "linesUnmatched", lines.unmatched_minor AS unmatched,
      s.closing_minor AS closing,
      beside.ledger::bigint AS ledger, beside.not_booked::bigint AS "notBooked",
      (s.closing_minor - beside.ledger - beside.not_booked)::bigint AS difference
    FROM bank_statement AS s
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE a.parts > 0 AND a.suspense = 0) AS matched,
        coalesce(sum(a.matched_minor), 0)::bigint AS matched_minor,
        count(*) FILTER (WHERE a.suspense > 0) AS suspense,
        coalesce(sum(a.suspense_minor), 0)::bigint AS suspense_minor,
        count(*) FILTER (WHERE a.parts = 0) AS unmatched,
        coalesce(sum(l.amount_minor - a.matched_minor - a.suspense_minor), 0)::bigint AS unmatched_minor
      FROM bank_line AS l
      CROSS JOIN LATERAL (
        SELECT count(*) AS parts, count(*) FILTER (WHERE target = 'suspense') AS suspense,
          coalesce(sum(amount_minor) FILTER (WHERE target <> 'suspense'), 0)::bigint AS matched_minor,
          coalesce(sum(amount_minor) FILTER (WHERE target = 'suspense'), 0)::bigint AS suspense_minor
        FROM bank_allocation
        WHERE line_id = l.line_id AND at <= :knownAt::timestamptz
      ) AS a
      WHERE l.statement_id = s.statement_id
    ) AS lines
    LEFT JOIN ledger AS g ON g.code = concat_ws(':', 'NOSTRO', s.bank, s.currency)
    CROSS JOIN LATERAL (
      SELECT coalesce(g.minor, 0) - coalesce(sum(booked) FILTER (WHERE (stated <= s.day) IS NOT TRUE), 0) AS ledger,
        coalesce(sum(minor - booked) FILTER (WHERE stated <= s.day), 0) AS not_booked
      FROM told
      WHERE told.bank = s.bank AND told.currency = s.currency
    ) AS beside
    WHERE s.kind = 'statement'
      AND s.day BETWEEN :day::date AND coalesce(:until::date, :day::date)
      AND (:currency::text IS NULL OR s.currency = :currency)
      AND s.taken_at <= :knownAt
      AND NOT EXISTS (SELECT FROM bank_statement AS later WHERE later.replaces = s.statement_id AND later.taken_at <= :knownAt)
    UNION ALL
    SELECT a.code, CASE WHEN h.code IS NULL THEN 'not by the rail' ELSE 'by the rail' END, split_part(a.code, ':', 3), a.currency,
      days.day, NULL, h.opening_minor, NULL, NULL, NULL, NULL, h.open_lines, h.open_minor, h.closing_minor, h.ledger_minor,
      h.open_minor, h.closing_minor - h.ledger_minor - h.open_minor
    FROM ledger_account AS a
    CROSS JOIN (
      SELECT day::date AS day
      FROM generate_series(:day::date, least(coalesce(:until::date, :day::date),
        (:knownAt::timestamptz AT TIME ZONE 'UTC' + interval '7 hours')::date), interval '1 day') AS day
    ) AS days
    LEFT JOIN rail_holding AS h ON h.code = a.code AND h.day = days.day
    LEFT JOIN LATERAL (${SUMMED_UP}) AS c ON true
    LEFT JOIN moved AS m USING (account_id)
    WHERE a.kind = 'RAIL'
      AND coalesce(h.code, c.debits::text, m.minor::text) IS NOT NULL
      AND (:currency::text IS NULL OR a.currency = :currency)
    ORDER BY bank, currency, day, account, statement, opening, closing`,
};
