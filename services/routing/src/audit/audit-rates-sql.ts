// I9, of what the provider of a refund gets that whoever is at fault made exact.
const CONVERSIONS_AGREE = `
SELECT 'refund ' || p.id || ': ' || m.minor || ' ' || p.source_currency || ' at ' || (c.conversion ->> 'rate')
    || ' is not ' || p.target_minor || ' ' || p.target_currency AS what,
  'payment:' || p.id AS about
FROM payment AS p
CROSS JOIN LATERAL (SELECT p.instruction #> '{refundCause,conversion}' AS conversion) AS c
CROSS JOIN LATERAL (SELECT (c.conversion #>> '{source,minor}')::bigint AS minor) AS m
JOIN currency AS s ON s.code = p.source_currency
JOIN currency AS t ON t.code = p.target_currency
CROSS JOIN LATERAL (SELECT (c.conversion ->> 'rate')::numeric * t.unit / s.unit AS per_minor) AS r
WHERE p.quote_taken
  AND p.refund_of IS NOT NULL
  AND c.conversion IS NOT NULL
  AND NOT (p.target_minor <= m.minor * r.per_minor
    AND (m.minor * r.per_minor < p.target_minor + t.step
      OR (m.minor - s.step) * r.per_minor < p.target_minor))`;

// $1 codes, $2 scales, $3 payable steps. n = ceil(x) is written as n - 1 < x <= n, so that nothing is divided.
export const RATE_AGREES = `
WITH currency AS (
  SELECT u.code, power(10::numeric, u.scale) AS unit, u.step::numeric AS step
  FROM unnest($1::text[], $2::integer[], $3::bigint[]) AS u (code, scale, step)
)
SELECT 'payment ' || p.id || ': ' || p.source_minor || ' ' || p.source_currency || ' at ' || p.rate
    || ' is not ' || p.target_minor || ' ' || p.target_currency AS what, 'payment:' || p.id AS about
FROM payment AS p
JOIN currency AS s ON s.code = p.source_currency
JOIN currency AS t ON t.code = p.target_currency
CROSS JOIN LATERAL (SELECT p.rate::numeric * t.unit / s.unit AS per_minor) AS r
WHERE p.quote_taken
  AND NOT (p.target_minor <= p.source_minor * r.per_minor
    AND (p.source_minor * r.per_minor < p.target_minor + t.step
      OR (p.source_minor - s.step) * r.per_minor < p.target_minor))
UNION ALL
${CONVERSIONS_AGREE}`;
