import { currencies } from '@tonle/money';

/** A table of currencies, each with the minor units of one. */
const CURRENCY_UNITS = `
  SELECT *
  FROM (VALUES ${currencies()
    .map(({ code, scale }) => `('${code}', ${10n ** BigInt(scale)}::numeric)`)
    .join(', ')}) AS u (currency, one)`;

// What one minor unit of `source` is worth in `target`, as a fraction: the newest rate of the pair by the day, in either direction.
const priceOf = (source: string, target: string): string => `
  SELECT
    CASE WHEN r.source_currency = ${source} THEN r.rate::numeric * t.one ELSE t.one END AS numerator,
    CASE WHEN r.source_currency = ${source} THEN s.one ELSE r.rate::numeric * s.one END AS denominator
  FROM rate AS r
  JOIN unit AS s ON s.currency = ${source}
  JOIN unit AS t ON t.currency = ${target}
  WHERE (r.source_currency, r.target_currency) IN ((${source}, ${target}), (${target}, ${source}))
    AND r.day <= a.day
  ORDER BY r.day DESC, r.source_currency = ${source} DESC
  LIMIT 1`;

/**
 * Tables for a WITH, behind that of what is asked: `price` values the pairs of `asked` (day, currency, valued_in) by the reference
 * rates that were known. A pair that nobody quotes is valued through riel; one that has no rate even so is not in it.
 */
export const PRICES = `
  unit AS (${CURRENCY_UNITS}),
  rate AS (
    SELECT day, source_currency, target_currency, rate
    FROM reference_rate
    WHERE set_at <= :knownAt::timestamptz
  ),
  price AS (
    SELECT a.day, a.currency, a.valued_in,
      coalesce(own.n, direct.numerator, first.numerator * second.numerator) AS numerator,
      coalesce(own.n, direct.denominator, first.denominator * second.denominator) AS denominator
    FROM asked AS a
    LEFT JOIN LATERAL (SELECT 1::numeric AS n WHERE a.currency = a.valued_in) AS own ON true
    LEFT JOIN LATERAL (${priceOf('a.currency', 'a.valued_in')}) AS direct ON own.n IS NULL
    LEFT JOIN LATERAL (${priceOf('a.currency', "'KHR'")}) AS first ON own.n IS NULL AND direct.numerator IS NULL
    LEFT JOIN LATERAL (${priceOf("'KHR'", 'a.valued_in')}) AS second ON first.numerator IS NOT NULL
    WHERE coalesce(own.n, direct.numerator, first.numerator * second.numerator) IS NOT NULL
  )`;
