import type { ReportDefinition } from '../report-definition.js';
import { bandOf, STANDING_BREAKS, STANDING_SUSPENSE } from './standing-breaks.view.js';
import { THREE_WAY_MATCH } from './three-way-match.view.js';

const { band, place } = bandOf('days');

/**
 * R31: what finance looks at in the morning, in sections: what was compared, what differs by type and by age, and the money at risk:
 * differences by severity, suspense, and windows that are past their value date.
 */
export const RECONCILIATION_PACK: ReportDefinition = {
  id: 'R31',
  title: 'Daily reconciliation pack',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency', 'partner'],
  formats: ['csv', 'xlsx', 'pdf'],
  section: 'section',
  columns: [
    { key: 'section', label: 'Section', type: 'text' },
    { key: 'what', label: 'What', type: 'text' },
    { key: 'partner', label: 'Partner', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'count', label: 'Count', type: 'count' },
    { key: 'ours', label: 'Ours', type: 'amount', currency: 'currency' },
    { key: 'theirs', label: 'Theirs', type: 'amount', currency: 'currency' },
    { key: 'matched', label: 'Matched', type: 'amount', currency: 'currency' },
    { key: 'matchedPercent', label: 'Matched, percent', type: 'rate' },
    { key: 'open', label: 'Open', type: 'amount', currency: 'currency' },
  ],
  // Breaks stand in three sections, each a whole of its own: a total of open amounts over all of them says nothing.
  sql: `
    WITH compared AS (${THREE_WAY_MATCH.sql}),
    standing AS (
      SELECT *
      FROM (${STANDING_BREAKS}) AS broken
      WHERE (:currency::text IS NULL OR currency = :currency) AND (:partner::text IS NULL OR partner = :partner)
    ), suspense AS (
      SELECT *
      FROM (${STANDING_SUSPENSE}) AS held
      WHERE (:currency IS NULL OR currency = :currency) AND (:partner IS NULL OR bank = :partner)
    ), late AS (
      SELECT w.partner, w.currency, n.minor
      FROM settlement_window AS w
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(net_minor) FILTER (WHERE net_minor > 0), 0)::bigint AS minor
        FROM window_net
        WHERE window_id = w.window_id
      ) AS n
      WHERE w.settlement_mode = 'DEFERRED_NET'
        AND coalesce(w.netted_at, w.closed_at) <= :knownAt::timestamptz
        AND w.value_date <= coalesce(:until::date, :day::date)
        AND (w.settled_at IS NULL OR w.settled_at > :knownAt)
        AND (:currency IS NULL OR w.currency = :currency) AND (:partner IS NULL OR w.partner = :partner)
    ), every AS (
      SELECT 1 AS section, 'Compared' AS name, day::text AS what, 0 AS place, partner, currency, "oursCount" AS count, ours, theirs, matched,
        "matchedPercent" AS percent, abs(difference) AS open
      FROM compared
      UNION ALL
      SELECT 2, 'Breaks by type', type, 0, partner, currency, count(*), NULL, NULL, NULL, NULL, sum(minor)::bigint
      FROM standing
      GROUP BY type, partner, currency
      UNION ALL
      SELECT 3, 'Breaks by age', ${band}, ${place}, partner, currency, count(*), NULL, NULL, NULL, NULL, sum(minor)::bigint
      FROM standing
      GROUP BY ${band}, ${place}, partner, currency
      UNION ALL
      SELECT 4, 'Value at risk', 'breaks of severity ' || severity, severity, NULL, currency, count(*), NULL, NULL, NULL, NULL,
        sum(minor)::bigint
      FROM standing
      GROUP BY severity, currency
      UNION ALL
      SELECT 4, 'Value at risk', 'in suspense', 8, NULL, currency, count(*), NULL, NULL, NULL, NULL, sum(abs(minor))::bigint
      FROM suspense
      GROUP BY currency
      UNION ALL
      SELECT 4, 'Value at risk', 'windows past their value date', 9, NULL, currency, count(*), NULL, NULL, NULL, NULL, sum(minor)::bigint
      FROM late
      GROUP BY currency
    )
    SELECT name AS section, what, partner, currency, count, ours, theirs, matched, percent AS "matchedPercent", open
    FROM every
    ORDER BY every.section, place, what, partner NULLS FIRST, currency`,
};
