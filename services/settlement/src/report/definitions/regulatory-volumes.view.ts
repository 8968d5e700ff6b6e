import type { ReportDefinition } from '../report-definition.js';
import { PRICES } from './currency-units.view.js';

/** Sizes of payments in US dollars, cents; what has no rate is in none. */
const BANDS = [
  { band: 'up to 10', to: 1_000n },
  { band: '10-100', to: 10_000n },
  { band: '100-1,000', to: 100_000n },
  { band: '1,000-10,000', to: 1_000_000n },
] as const;

const bandOf = (usd: string): string =>
  `CASE WHEN ${usd} IS NULL THEN 'not valued' ${BANDS.map(({ band, to }) => `WHEN ${usd} <= ${to} THEN '${band}'`).join(' ')} ELSE 'over 10,000' END`;

/**
 * R19: what was paid across the border in a month, by corridor, direction, purpose and size, as it was paid, and in riel and US dollars by
 * the reference rate of its day. Each payment is valued by itself, half up.
 */
export const REGULATORY_VOLUMES: ReportDefinition = {
  id: 'R19',
  title: 'Regulatory volumes by purpose',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'month', label: 'Month', type: 'text' },
    { key: 'corridor', label: 'Corridor', type: 'text' },
    { key: 'direction', label: 'Direction', type: 'text' },
    { key: 'kind', label: 'Kind', type: 'text' },
    { key: 'purpose', label: 'Purpose', type: 'text' },
    { key: 'size', label: 'Size, USD', type: 'text' },
    { key: 'count', label: 'Count', type: 'count' },
    { key: 'homeCurrency', label: 'Home currency', type: 'text' },
    { key: 'home', label: 'Home value', type: 'amount', currency: 'homeCurrency' },
    { key: 'foreignCurrency', label: 'Foreign currency', type: 'text' },
    { key: 'foreign', label: 'Foreign value', type: 'amount', currency: 'foreignCurrency' },
    { key: 'riel', label: 'Value in KHR', type: 'amount', currency: 'rielCurrency' },
    { key: 'dollars', label: 'Equivalent in USD', type: 'amount', currency: 'dollarCurrency' },
    { key: 'notValued', label: 'Without a rate', type: 'count' },
  ],
  sql: `
    WITH paid AS (
      SELECT ((ended_at AT TIME ZONE 'UTC') + make_interval(mins => :offset::int))::date AS day, corridor, direction,
        CASE WHEN refund_of IS NULL THEN 'payment' ELSE 'refund' END AS kind, purpose,
        CASE direction WHEN 'outbound' THEN source_currency ELSE target_currency END AS home_currency,
        CASE direction WHEN 'outbound' THEN source_minor ELSE target_minor END AS home_minor,
        CASE direction WHEN 'outbound' THEN target_currency ELSE source_currency END AS foreign_currency,
        CASE direction WHEN 'outbound' THEN target_minor ELSE source_minor END AS foreign_minor
      FROM payment_record
      WHERE state = 'COMPLETED'
        AND ended_at >= :from::timestamptz
        AND ended_at < :to::timestamptz
        AND coalesce(known_at, ended_at) <= :knownAt::timestamptz
        AND (:currency::text IS NULL OR :currency IN (source_currency, target_currency))
    ),
    asked AS (
      SELECT DISTINCT p.day, p.home_currency AS currency, v.valued_in
      FROM paid AS p
      CROSS JOIN (VALUES ('KHR'), ('USD')) AS v (valued_in)
    ),
    ${PRICES},
    valued AS (
      SELECT p.*, round(p.home_minor * k.numerator / k.denominator)::bigint AS riel,
        round(p.home_minor * d.numerator / d.denominator)::bigint AS dollars
      FROM paid AS p
      LEFT JOIN price AS k ON k.day = p.day AND k.currency = p.home_currency AND k.valued_in = 'KHR'
      LEFT JOIN price AS d ON d.day = p.day AND d.currency = p.home_currency AND d.valued_in = 'USD'
    )
    SELECT to_char(day, 'YYYY-MM') AS month, corridor, direction, kind, purpose, ${bandOf('dollars')} AS size, count(*) AS count,
      home_currency AS "homeCurrency", sum(home_minor)::bigint AS home,
      foreign_currency AS "foreignCurrency", sum(foreign_minor)::bigint AS foreign,
      'KHR' AS "rielCurrency", sum(riel)::bigint AS riel, 'USD' AS "dollarCurrency", sum(dollars)::bigint AS dollars,
      count(*) FILTER (WHERE dollars IS NULL) AS "notValued"
    FROM valued
    GROUP BY 1, corridor, direction, kind, purpose, 6, home_currency, foreign_currency
    ORDER BY 1, corridor, direction, kind, purpose NULLS FIRST, home_currency, foreign_currency, 6`,
};
