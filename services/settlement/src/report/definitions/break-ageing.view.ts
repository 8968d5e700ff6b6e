import type { ReportDefinition } from '../report-definition.js';

/** R8: breaks that were open, with their age (domain 7.6), the gravest and oldest first. */
export const BREAK_AGEING: ReportDefinition = {
  id: 'R8',
  title: 'Break ageing',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['currency', 'partner'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'breakId', label: 'Break', type: 'text' },
    { key: 'type', label: 'Type', type: 'text' },
    { key: 'severity', label: 'Severity', type: 'count' },
    { key: 'partner', label: 'Partner', type: 'text' },
    { key: 'day', label: 'Day', type: 'day' },
    { key: 'paymentId', label: 'Payment', type: 'text' },
    { key: 'key', label: 'Key', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'ours', label: 'Ours', type: 'amount', currency: 'currency' },
    { key: 'theirs', label: 'Theirs', type: 'amount', currency: 'currency' },
    { key: 'difference', label: 'Difference', type: 'amount', currency: 'currency' },
    { key: 'openedAt', label: 'Opened', type: 'instant' },
    { key: 'ageDays', label: 'Age in days', type: 'count' },
    { key: 'ageBand', label: 'Age band', type: 'text' },
    { key: 'owner', label: 'Owner', type: 'text' },
    { key: 'lastAction', label: 'Last action', type: 'text' },
    { key: 'lastActionAt', label: 'Last action at', type: 'instant' },
  ],
  sql: `
    SELECT b.break_id::text AS "breakId", b.type, b.severity, b.partner, b.day, b.payment_id::text AS "paymentId",
      b.match_key AS key, b.currency, b.our_minor AS ours, b.their_minor AS theirs,
      coalesce(b.their_minor, 0) - coalesce(b.our_minor, 0) AS difference,
      b.opened_at AS "openedAt", age.days AS "ageDays",
      CASE
        WHEN age.days = 0 THEN 'same day'
        WHEN age.days = 1 THEN 'T+1'
        WHEN age.days <= 3 THEN 'T+2-3'
        WHEN age.days <= 7 THEN 'T+4-7'
        WHEN age.days <= 30 THEN 'T+8-30'
        ELSE 'over 30 days'
      END AS "ageBand",
      (SELECT d.owner
       FROM break_deed AS d
       WHERE d.break_id = b.break_id AND d.owner IS NOT NULL AND d.at <= :knownAt
       ORDER BY d.at DESC, d.deed_id DESC
       LIMIT 1) AS owner,
      last.deed AS "lastAction", last.at AS "lastActionAt"
    FROM settlement_break AS b
    CROSS JOIN LATERAL (
      SELECT (((:knownAt::timestamptz AT TIME ZONE 'UTC') + make_interval(mins => :offset::int))::date
        - ((b.opened_at AT TIME ZONE 'UTC') + make_interval(mins => :offset))::date) AS days
    ) AS age
    LEFT JOIN LATERAL (
      SELECT deed, at
      FROM break_deed
      WHERE break_id = b.break_id AND at <= :knownAt
      ORDER BY at DESC, deed_id DESC
      LIMIT 1
    ) AS last ON true
    WHERE b.opened_at <= :knownAt
      AND (b.closed_at IS NULL AND b.state NOT IN ('RESOLVED', 'AUTO_RESOLVED') OR b.closed_at > :knownAt)
      AND b.day <= :day::date
      AND (:currency::text IS NULL OR b.currency = :currency)
      AND (:partner::text IS NULL OR b.partner = :partner)
    ORDER BY b.severity, b.opened_at, b.break_id`,
};
