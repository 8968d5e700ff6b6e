import { SPEED_EDGES_MS } from '@tonle/contracts';
import { factsAreCopied, knownFacts } from '../fact-readiness.js';
import type { ReportDefinition } from '../report-definition.js';

type SpeedEdge = (typeof SPEED_EDGES_MS)[number];

/** Completed payments of a duration of at most one of the edges of the bands. */
const within = (edge: SpeedEdge): string =>
  `(SELECT coalesce(sum(n), 0) FROM unnest(s.bands[1:${SPEED_EDGES_MS.indexOf(edge) + 1}]) AS u (n))`;

const percent = (column: string): string =>
  `round(sum(${column}) * 100 / nullif(sum(completed), 0), 2)::text`;

/** R23: how soon after it came in a payment was credited, as the G20 count it. A business day is one of 24 hours. */
export const SPEED: ReportDefinition = {
  id: 'R23',
  title: 'Speed',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'corridor', label: 'Corridor', type: 'text' },
    { key: 'direction', label: 'Direction', type: 'text' },
    { key: 'completed', label: 'Completed', type: 'count' },
    { key: 'within10s', label: 'Within 10 s, %', type: 'rate' },
    { key: 'within60s', label: 'Within 60 s, %', type: 'rate' },
    { key: 'within1h', label: 'Within 1 h, %', type: 'rate' },
    { key: 'within1d', label: 'Within 1 day, %', type: 'rate' },
    { key: 'open', label: 'Not ended', type: 'count' },
  ],
  isReady: factsAreCopied('routing.payment-hour'),
  sql: `
    SELECT corridor, direction, sum(completed)::bigint AS completed, ${percent('s10')} AS "within10s", ${percent('s60')} AS "within60s",
      ${percent('h1')} AS "within1h", ${percent('d1')} AS "within1d", sum(open)::bigint AS open
    FROM (
      SELECT h.corridor, h.direction, h.completed, h.open,
        ${within(10_000)} AS s10, ${within(60_000)} AS s60, ${within(3_600_000)} AS h1, ${within(86_400_000)} AS d1
      FROM ${knownFacts('routing.payment-hour')} AS f
      CROSS JOIN LATERAL jsonb_to_record(f.body) AS h (hour timestamptz, corridor text, direction text, completed bigint, open bigint,
        stages jsonb)
      CROSS JOIN LATERAL jsonb_to_recordset(h.stages) AS s (stage text, bands bigint[])
      WHERE h.hour >= :from::timestamptz
        AND h.hour < :to::timestamptz
        AND s.stage = 'total'
    ) AS hours
    GROUP BY corridor, direction
    ORDER BY corridor, direction`,
};
