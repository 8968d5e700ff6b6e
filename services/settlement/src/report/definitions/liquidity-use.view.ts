import { factsAreCopied, knownFacts } from '../fact-readiness.js';
import type { ReportDefinition } from '../report-definition.js';

/** R12: what participants had and might owe at the end of the period, the most that they used in it, and what they put in. */
export const LIQUIDITY_USE: ReportDefinition = {
  id: 'R12',
  title: 'Liquidity and cap use',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency', 'partner'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'participant', label: 'Participant', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'at', label: 'As of', type: 'instant' },
    { key: 'prefund', label: 'Prefund', type: 'amount', currency: 'currency', isBalance: true },
    { key: 'cap', label: 'Cap', type: 'amount', currency: 'currency', isBalance: true },
    { key: 'position', label: 'Position', type: 'amount', currency: 'currency', isBalance: true },
    { key: 'pending', label: 'Pending', type: 'amount', currency: 'currency', isBalance: true },
    { key: 'headroom', label: 'Headroom', type: 'amount', currency: 'currency', isBalance: true },
    { key: 'usedMost', label: 'Most used', type: 'amount', currency: 'currency', isBalance: true },
    { key: 'usedMostPercent', label: 'Most used %', type: 'count' },
    { key: 'alerts', label: 'Hours at 50, 75, 90 %', type: 'text' },
    { key: 'toppedUp', label: 'Topped up', type: 'amount', currency: 'currency' },
  ],
  isReady: factsAreCopied('routing.liquidity-hour'),
  sql: `
    WITH told AS (
      SELECT h.*, row_number() OVER (PARTITION BY h.participant, h.currency ORDER BY h.hour DESC) AS turn
      FROM ${knownFacts('routing.liquidity-hour')} AS f
      CROSS JOIN LATERAL jsonb_to_record(f.body) AS h (hour timestamptz, participant text, currency text, prefund bigint, cap bigint,
        position bigint, pending bigint, headroom bigint, "usedMost" bigint, "usedMostPercent" integer)
      WHERE h.hour >= :from::timestamptz
        AND h.hour < :to::timestamptz
        AND (:currency::text IS NULL OR h.currency = :currency)
        AND (:partner::text IS NULL OR h.participant = :partner)
    ), most AS (
      SELECT participant, currency, max("usedMost") AS used_most, max("usedMostPercent") AS percent,
        concat_ws(', ', count(*) FILTER (WHERE "usedMostPercent" >= 50), count(*) FILTER (WHERE "usedMostPercent" >= 75),
          count(*) FILTER (WHERE "usedMostPercent" >= 90)) AS alerts
      FROM told
      GROUP BY participant, currency
    )
    SELECT t.participant, t.currency, t.hour + interval '1 hour' AS at, t.prefund, t.cap, t.position, t.pending, t.headroom,
      m.used_most AS "usedMost", m.percent AS "usedMostPercent", m.alerts, coalesce(added.minor, 0) AS "toppedUp"
    FROM told AS t
    JOIN most AS m USING (participant, currency)
    LEFT JOIN LATERAL (
      SELECT sum(l.minor)::bigint AS minor
      FROM ledger_account AS a
      JOIN ledger_transfer AS l ON l.credit = a.account_id
      WHERE a.code = 'PREFUND:' || t.participant || ':' || t.currency
        AND l.at >= :from
        AND l.at < :to
        AND l.at <= :knownAt::timestamptz
    ) AS added ON true
    WHERE t.turn = 1
    ORDER BY t.participant, t.currency`,
};
