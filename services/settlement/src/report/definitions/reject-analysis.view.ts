import { factsAreCopied, knownFacts } from '../fact-readiness.js';
import type { ReportDefinition } from '../report-definition.js';

/** R18: why payments were refused and by whom, what part of their corridor that is, and how it was in the period before. */
export const REJECT_ANALYSIS: ReportDefinition = {
  id: 'R18',
  title: 'Reject analysis',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency', 'partner'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'corridor', label: 'Corridor', type: 'text' },
    { key: 'direction', label: 'Direction', type: 'text' },
    { key: 'reason', label: 'Reason', type: 'text' },
    { key: 'isoReason', label: 'ISO reason', type: 'text' },
    { key: 'by', label: 'Refused by', type: 'text' },
    { key: 'count', label: 'Count', type: 'count' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'value', label: 'Value', type: 'amount', currency: 'currency' },
    { key: 'percent', label: '% of the corridor', type: 'rate' },
    { key: 'countBefore', label: 'Count in the period before', type: 'count' },
    { key: 'percentBefore', label: '% in the period before', type: 'rate' },
  ],
  isReady: factsAreCopied('routing.payment-hour'),
  sql: `
    WITH told AS (
      SELECT h.*, h.hour >= :from::timestamptz AS is_now
      FROM ${knownFacts('routing.payment-hour')} AS f
      CROSS JOIN LATERAL jsonb_to_record(f.body) AS h (hour timestamptz, corridor text, direction text, received bigint, rejects jsonb)
      WHERE h.hour >= :from - (:to::timestamptz - :from)
        AND h.hour < :to
    ), whole AS (
      SELECT corridor, direction, sum(received) FILTER (WHERE is_now) AS now, sum(received) FILTER (WHERE NOT is_now) AS before
      FROM told
      GROUP BY corridor, direction
    )
    SELECT t.corridor, t.direction, r.reason, r."isoReason", r.by, r.currency,
      coalesce(sum(r.count) FILTER (WHERE t.is_now), 0)::bigint AS count,
      coalesce(sum(r.minor) FILTER (WHERE t.is_now), 0)::bigint AS value,
      round(coalesce(sum(r.count) FILTER (WHERE t.is_now), 0) * 100 / nullif(w.now, 0), 2)::text AS percent,
      coalesce(sum(r.count) FILTER (WHERE NOT t.is_now), 0)::bigint AS "countBefore",
      round(coalesce(sum(r.count) FILTER (WHERE NOT t.is_now), 0) * 100 / nullif(w.before, 0), 2)::text AS "percentBefore"
    FROM told AS t
    JOIN whole AS w USING (corridor, direction)
    CROSS JOIN LATERAL jsonb_to_recordset(t.rejects)
      AS r (reason text, "isoReason" text, by text, currency text, count bigint, minor numeric)
    WHERE (:currency::text IS NULL OR r.currency = :currency)
      AND (:partner::text IS NULL OR r.by = :partner)
    GROUP BY t.corridor, t.direction, r.reason, r."isoReason", r.by, r.currency, w.now, w.before
    ORDER BY t.corridor, t.direction, count DESC, r.reason, r."isoReason", r.by, r.currency`,
};
