import { factsAreCopied, knownFacts } from '../fact-readiness.js';
import type { ReportDefinition } from '../report-definition.js';

/** R21: limits of payments, of payers and of participants: how much of each was used at most, and how often it was passed. */
export const LIMIT_USE: ReportDefinition = {
  id: 'R21',
  title: 'Limit use',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'day', label: 'Day', type: 'day' },
    { key: 'scope', label: 'Limit of', type: 'text' },
    { key: 'of', label: 'Corridor or participant', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'limit', label: 'Limit', type: 'amount', currency: 'currency', isBalance: true },
    { key: 'used', label: 'Most used', type: 'amount', currency: 'currency', isBalance: true },
    { key: 'remaining', label: 'Remaining', type: 'amount', currency: 'currency', isBalance: true },
    { key: 'users', label: 'Payers', type: 'count' },
    { key: 'near', label: 'At 80 % or more', type: 'count' },
    { key: 'refused', label: 'Refused for it', type: 'count' },
  ],
  isReady: factsAreCopied('routing.limit-day', 'routing.liquidity-hour', 'routing.payment-hour'),
  sql: `
    WITH days AS (
      SELECT d.*
      FROM ${knownFacts('routing.limit-day')} AS f
      CROSS JOIN LATERAL jsonb_to_record(f.body) AS d (day text, corridor text, currency text, "perPayment" bigint,
        "perPayerDay" bigint, payers bigint, "usedMost" bigint, "payersNear" bigint)
      WHERE d.day::date BETWEEN :day::date AND coalesce(:until::date, :day::date)
    ), refused AS (
      SELECT ((h.hour AT TIME ZONE 'UTC') + make_interval(mins => :offset::int))::date::text AS day, h.corridor, r.currency, r.reason,
        sum(r.count)::bigint AS count
      FROM ${knownFacts('routing.payment-hour')} AS f
      CROSS JOIN LATERAL jsonb_to_record(f.body) AS h (hour timestamptz, corridor text, rejects jsonb)
      CROSS JOIN LATERAL jsonb_to_recordset(h.rejects) AS r (reason text, currency text, count bigint)
      WHERE h.hour >= :from::timestamptz
        AND h.hour < :to::timestamptz
        AND r.reason IN ('limit_per_payment', 'limit_per_day')
      GROUP BY 1, 2, 3, 4
    ), caps AS (
      SELECT ((h.hour AT TIME ZONE 'UTC') + make_interval(mins => :offset))::date::text AS day, h.participant, h.currency,
        max(h.prefund + h.cap) AS most, max(h."usedMost") AS used, count(*) FILTER (WHERE h."usedMostPercent" >= 80) AS near,
        min(h.prefund + h.cap - h."usedMost") AS remaining
      FROM ${knownFacts('routing.liquidity-hour')} AS f
      CROSS JOIN LATERAL jsonb_to_record(f.body) AS h (hour timestamptz, participant text, currency text, prefund bigint, cap bigint,
        "usedMost" bigint, "usedMostPercent" integer)
      WHERE h.hour >= :from
        AND h.hour < :to
        AND h."usedMostPercent" IS NOT NULL
      GROUP BY 1, 2, 3
    ), limits AS (
      SELECT coalesce(d.day, r.day) AS day, 'one payment' AS scope, coalesce(d.corridor, r.corridor) AS of,
        coalesce(d.currency, r.currency) AS currency, d."perPayment" AS "limit", NULL::bigint AS used, NULL::bigint AS remaining,
        NULL::bigint AS users, NULL::bigint AS near, coalesce(r.count, 0) AS refused
      FROM days AS d
      FULL JOIN (SELECT * FROM refused WHERE reason = 'limit_per_payment') AS r
        ON (r.day, r.corridor, r.currency) = (d.day, d.corridor, d.currency)
      WHERE d."perPayment" IS NOT NULL OR r.count > 0
      UNION ALL
      SELECT d.day, 'a payer on a day', d.corridor, d.currency, d."perPayerDay", d."usedMost",
        greatest(0, d."perPayerDay" - d."usedMost"), d.payers, d."payersNear", coalesce(r.count, 0)
      FROM days AS d
      LEFT JOIN refused AS r
        ON (r.day, r.corridor, r.currency) = (d.day, d.corridor, d.currency) AND r.reason = 'limit_per_day'
      WHERE d."perPayerDay" IS NOT NULL
      UNION ALL
      SELECT day, 'a participant', participant, currency, most, used, remaining, NULL, near, NULL
      FROM caps
    )
    SELECT *
    FROM limits
    WHERE :currency::text IS NULL OR currency = :currency
    ORDER BY day, scope, of, currency`,
};
