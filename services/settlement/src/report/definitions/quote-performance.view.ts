import { factsAreCopied, knownFacts } from '../fact-readiness.js';
import type { ReportDefinition } from '../report-definition.js';

/** R11: how providers did in quotes: what they won, by how much better, what became of it, and what they lost by. */
export const QUOTE_PERFORMANCE: ReportDefinition = {
  id: 'R11',
  title: 'Quote performance',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'partner'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'provider', label: 'Provider', type: 'text' },
    { key: 'corridor', label: 'Corridor', type: 'text' },
    { key: 'direction', label: 'Direction', type: 'text' },
    { key: 'asked', label: 'Quotes asked', type: 'count' },
    { key: 'offered', label: 'Offers', type: 'count' },
    { key: 'won', label: 'Won', type: 'count' },
    { key: 'wonPercent', label: 'Won %', type: 'rate' },
    { key: 'used', label: 'Used', type: 'count' },
    { key: 'expired', label: 'Expired', type: 'count' },
    { key: 'improvement', label: 'Average improvement, basis points', type: 'rate' },
    { key: 'distance', label: 'Average distance to mid, basis points', type: 'rate' },
    { key: 'lostBy', label: 'Lost by', type: 'text' },
  ],
  isReady: factsAreCopied('fx.quote-hour'),
  sql: `
    WITH told AS (
      SELECT q.*
      FROM ${knownFacts('fx.quote-hour')} AS f
      CROSS JOIN LATERAL jsonb_to_record(f.body) AS q (hour timestamptz, corridor text, direction text, provider text,
        asked bigint, offered bigint, won bigint, used bigint, expired bigint, "improvementPoints" numeric, compared bigint,
        distance numeric, lost jsonb)
      WHERE q.hour >= :from::timestamptz
        AND q.hour < :to::timestamptz
        AND (:partner::text IS NULL OR q.provider = :partner)
    ), lost AS (
      SELECT provider, corridor, direction, string_agg(because || ' ' || n, ', ' ORDER BY n DESC, because) AS words
      FROM (
        SELECT t.provider, t.corridor, t.direction, l.because, sum(l.count) AS n
        FROM told AS t
        CROSS JOIN LATERAL jsonb_to_recordset(t.lost) AS l (because text, count bigint)
        GROUP BY t.provider, t.corridor, t.direction, l.because
      ) AS reasons
      GROUP BY provider, corridor, direction
    )
    SELECT t.provider, t.corridor, t.direction,
      sum(t.asked)::bigint AS asked, sum(t.offered)::bigint AS offered, sum(t.won)::bigint AS won,
      round(sum(t.won) * 100 / nullif(sum(t.asked), 0), 2)::text AS "wonPercent",
      sum(t.used)::bigint AS used, sum(t.expired)::bigint AS expired,
      round(sum(t."improvementPoints") / nullif(sum(t.won), 0), 2)::text AS improvement,
      round(sum(t.distance) / nullif(sum(t.compared), 0) / 100, 2)::text AS distance,
      l.words AS "lostBy"
    FROM told AS t
    LEFT JOIN lost AS l USING (provider, corridor, direction)
    GROUP BY t.provider, t.corridor, t.direction, l.words
    ORDER BY t.provider, t.corridor, t.direction`,
};
