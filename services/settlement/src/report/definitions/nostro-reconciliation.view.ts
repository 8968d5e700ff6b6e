import type { ReportDefinition } from '../report-definition.js';

/** R6: each statement of the settlement banks: what its lines were matched with, what is in suspense, and whether it ties. */
export const NOSTRO_RECONCILIATION: ReportDefinition = {
  id: 'R6',
  title: 'Nostro reconciliation',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
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
    { key: 'difference', label: 'Difference', type: 'amount', currency: 'currency' },
  ],
  // A statement that was corrected since is told as it was until then.
  sql: `
    SELECT s.bank, s.currency, s.day, s.number AS statement, s.opening_minor AS opening,
      lines.matched AS "linesMatched", lines.matched_minor AS matched,
      lines.suspense AS "linesInSuspense", lines.suspense_minor AS suspense,
      lines.unmatched AS "linesUnmatched", lines.unmatched_minor AS unmatched,
      s.closing_minor AS closing,
      s.closing_minor - s.opening_minor - lines.all_minor AS difference
    FROM bank_statement AS s
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(l.amount_minor), 0)::bigint AS all_minor,
        count(*) FILTER (WHERE a.parts > 0 AND a.suspense = 0) AS matched,
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
    WHERE s.kind = 'statement'
      AND s.day BETWEEN :day::date AND coalesce(:until::date, :day::date)
      AND (:currency::text IS NULL OR s.currency = :currency)
      AND s.taken_at <= :knownAt
      AND NOT EXISTS (SELECT FROM bank_statement AS later WHERE later.replaces = s.statement_id AND later.taken_at <= :knownAt)
    ORDER BY s.bank, s.currency, s.day, s.number, s.statement_id`,
};
