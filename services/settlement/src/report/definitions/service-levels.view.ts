import { SPEED_EDGES_MS } from '@tonle/contracts';
import { factsAreCopied, knownFacts } from '../fact-readiness.js';
import type { ReportDefinition } from '../report-definition.js';

const EDGES = `ARRAY[${SPEED_EDGES_MS.join(', ')}]::bigint[]`;

/** The upper end, in ms, of the band in which so many per cent of the durations are; empty when it is the last, which has none. */
const percentile = (percent: number): string => `(
        SELECT (${EDGES})[min(b.number)]
        FROM (
          SELECT number, sum(n) OVER (ORDER BY number) AS below, sum(n) OVER () AS whole
          FROM unnest(s.bands) WITH ORDINALITY AS u (n, number)
        ) AS b
        WHERE b.whole > 0
          AND b.below * 100 >= b.whole * ${percent}
      )`;

const percentOf = (part: string, whole: string): string =>
  `round(${part} * 100.0 / nullif(${whole}, 0), 2)::text`;

/** R17: what partners and the switch did by hour and stage. A partner is away in minutes in which it was asked and answered nothing. */
export const SERVICE_LEVELS: ReportDefinition = {
  id: 'R17',
  title: 'Service levels and availability',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'partner'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'hour', label: 'Hour', type: 'instant' },
    { key: 'corridor', label: 'Corridor', type: 'text' },
    { key: 'direction', label: 'Direction', type: 'text' },
    { key: 'stage', label: 'Stage', type: 'text' },
    { key: 'partner', label: 'Partner', type: 'text' },
    { key: 'requests', label: 'Requests', type: 'count' },
    { key: 'successPercent', label: 'Success %', type: 'rate' },
    { key: 'p50', label: 'p50 ms', type: 'count' },
    { key: 'p95', label: 'p95 ms', type: 'count' },
    { key: 'p99', label: 'p99 ms', type: 'count' },
    { key: 'timeouts', label: 'Timeouts', type: 'count' },
    { key: 'unknownPercent', label: 'Unknown %', type: 'rate' },
    { key: 'topRejects', label: 'Most refused for', type: 'text' },
    { key: 'downMinutes', label: 'Minutes without an answer', type: 'count' },
    { key: 'availability', label: 'Availability %', type: 'rate' },
  ],
  isReady: factsAreCopied('routing.payment-hour'),
  sql: `
    SELECT h.hour, h.corridor, h.direction, s.stage, s.partner, n.requests,
      ${percentOf('n.succeeded', 'n.requests')} AS "successPercent",
      ${percentile(50)} AS p50, ${percentile(95)} AS p95, ${percentile(99)} AS p99,
      s.doubtful AS timeouts,
      ${percentOf('CASE WHEN s.partner IS NULL THEN h.unknown ELSE s.doubtful END', 'n.requests')} AS "unknownPercent",
      (SELECT string_agg(reason || ' ' || n, ', ')
       FROM (
         SELECT r.reason, sum(r.count) AS n
         FROM jsonb_to_recordset(h.rejects) AS r (reason text, by text, count bigint)
         WHERE s.stage = 'total' OR r.by = coalesce(s.partner, 'switch')
         GROUP BY r.reason
         ORDER BY n DESC, r.reason
         LIMIT 3
       ) AS top) AS "topRejects",
      CASE WHEN s.partner IS NOT NULL THEN s."silentMinutes" END AS "downMinutes",
      CASE WHEN s.partner IS NOT NULL THEN ${percentOf('(60 - s."silentMinutes")', '60')} END AS availability
    FROM ${knownFacts('routing.payment-hour')} AS f
    CROSS JOIN LATERAL jsonb_to_record(f.body) AS h (hour timestamptz, corridor text, direction text, received bigint,
      completed bigint, unknown bigint, stages jsonb, rejects jsonb)
    CROSS JOIN LATERAL jsonb_to_recordset(h.stages) AS s (stage text, partner text, asked bigint, answered bigint,
      doubtful bigint, "silentMinutes" integer, bands bigint[])
    CROSS JOIN LATERAL (
      SELECT CASE WHEN s.partner IS NULL THEN h.received ELSE s.asked END AS requests,
        CASE WHEN s.partner IS NULL THEN h.completed ELSE s.answered END AS succeeded
    ) AS n
    WHERE h.hour >= :from::timestamptz
      AND h.hour < :to::timestamptz
      AND (:partner::text IS NULL OR s.partner = :partner)
      AND n.requests > 0
    ORDER BY h.hour, h.corridor, h.direction, array_position(ARRAY['total', 'switch', 'debit', 'credit'], s.stage)`,
};
