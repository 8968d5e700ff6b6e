import { factsAreCopied, knownFacts } from '../fact-readiness.js';
import type { ReportDefinition } from '../report-definition.js';

/** R22: what payments cost their payers, of what they paid: the rate against the mid rate at the time of the quote, and fees. */
export const COST_TRANSPARENCY: ReportDefinition = {
  id: 'R22',
  title: 'Cost transparency',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'corridor', label: 'Corridor', type: 'text' },
    { key: 'direction', label: 'Direction', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'payments', label: 'Payments', type: 'count' },
    { key: 'cost', label: 'Average cost %', type: 'rate' },
    { key: 'margin', label: 'Of it by the rate %', type: 'rate' },
    { key: 'fees', label: 'Of it fees %', type: 'rate' },
    { key: 'above1', label: 'Payments above 1 %, %', type: 'rate' },
    { key: 'above3', label: 'Payments above 3 %, %', type: 'rate' },
    { key: 'notCompared', label: 'Without a mid rate', type: 'count' },
  ],
  isReady: factsAreCopied('fx.cost-hour'),
  sql: `
    SELECT c.corridor, c.direction, c.currency, sum(c.payments)::bigint AS payments,
      round(sum(c.cost) / nullif(sum(c.payments), 0) / 10000, 4)::text AS cost,
      round(sum(c.margin) / nullif(sum(c.payments), 0) / 10000, 4)::text AS margin,
      round(sum(c.fees) / nullif(sum(c.payments), 0) / 10000, 4)::text AS fees,
      round(sum(c.above1) * 100 / nullif(sum(c.payments), 0), 2)::text AS above1,
      round(sum(c.above3) * 100 / nullif(sum(c.payments), 0), 2)::text AS above3,
      sum(c."notCompared")::bigint AS "notCompared"
    FROM ${knownFacts('fx.cost-hour')} AS f
    CROSS JOIN LATERAL jsonb_to_record(f.body) AS c (hour timestamptz, corridor text, direction text, currency text, payments bigint,
      cost numeric, margin numeric, fees numeric, above1 bigint, above3 bigint, "notCompared" bigint)
    WHERE c.hour >= :from::timestamptz
      AND c.hour < :to::timestamptz
      AND (:currency::text IS NULL OR c.currency = :currency)
    GROUP BY c.corridor, c.direction, c.currency
    ORDER BY c.corridor, c.direction, c.currency`,
};
