import type { FactBody } from '@tonle/contracts';
import { findCurrency } from '@tonle/money';
import type { Queryable } from '@tonle/persistence';
import { hourlyFacts, type FactGatherer, type HourLook } from '@tonle/platform';

const EVERY_MS = 300_000;

const LOOK = `
SELECT count(*)::text || ':' || count(*) FILTER (WHERE state = 'used')::text || ':'
         || count(*) FILTER (WHERE state = 'open')::text AS fingerprint,
       coalesce(bool_or(state = 'open'), false) AS "isOpen"
FROM quote
WHERE issued_at >= $1
  AND issued_at < $2`;

// Those of refunds are at the rate of their payment or by its provider: nobody competes for them.
const QUOTES = `
WITH offer AS (
  SELECT q.corridor, coalesce(q.direction, 'outbound') AS direction, c.provider, c.chosen, c."lostBecause" AS lost, q.state,
    CASE WHEN c.chosen THEN q.improvement_basis_points ELSE 0 END AS improvement,
    c.rate IS NOT NULL AS is_offer,
    CASE WHEN c.rate IS NOT NULL AND mid.rate > 0
      THEN round((mid.rate - c.rate::numeric) * 1000000 / mid.rate)
    END AS distance
  FROM quote AS q
  CROSS JOIN LATERAL jsonb_to_recordset(q.explanation -> 'candidates')
    AS c (provider text, chosen boolean, rate text, "lostBecause" text)
  CROSS JOIN LATERAL (SELECT (q.explanation ->> 'midRate')::numeric AS rate) AS mid
  WHERE q.issued_at >= $1
    AND q.issued_at < $2
    AND q.refund_of IS NULL
), lost AS (
  SELECT corridor, direction, provider, jsonb_agg(jsonb_build_object('because', lost, 'count', n) ORDER BY lost) AS lost
  FROM (
    SELECT corridor, direction, provider, lost, count(*) AS n
    FROM offer WHERE lost IS NOT NULL GROUP BY corridor, direction, provider, lost
  ) AS reasons
  GROUP BY corridor, direction, provider
)
SELECT o.corridor, o.direction, o.provider,
  count(*)::integer AS asked,
  count(*) FILTER (WHERE o.is_offer)::integer AS offered,
  count(*) FILTER (WHERE o.chosen)::integer AS won,
  count(*) FILTER (WHERE o.chosen AND o.state = 'used')::integer AS used,
  count(*) FILTER (WHERE o.chosen AND o.state = 'expired')::integer AS expired,
  sum(o.improvement)::text AS "improvementPoints",
  count(o.distance)::integer AS compared,
  coalesce(sum(o.distance), 0)::text AS distance,
  coalesce(l.lost, '[]') AS lost
FROM offer AS o
LEFT JOIN lost AS l USING (corridor, direction, provider)
GROUP BY o.corridor, o.direction, o.provider, l.lost
ORDER BY o.corridor, o.direction, o.provider`;

// As the quote said it: what was paid, fees included, against what the payee's money was worth at the mid rate.
const COSTS = `
WITH used AS (
  SELECT q.corridor, coalesce(q.direction, 'outbound') AS direction, q.source_currency AS currency,
    q.source_minor + fee.minor AS paid, fee.minor AS fees,
    CASE WHEN q.source_currency = q.target_currency THEN 1 ELSE (q.explanation ->> 'midRate')::numeric END AS mid,
    q.target_minor * power(10::numeric, s.scale - t.scale) AS target
  FROM quote AS q
  JOIN unnest($3::text[], $4::integer[]) AS s (currency, scale) ON s.currency = q.source_currency
  JOIN unnest($3::text[], $4::integer[]) AS t (currency, scale) ON t.currency = q.target_currency
  CROSS JOIN LATERAL (
    SELECT coalesce(sum((each -> 'amount' ->> 'minor')::numeric), 0) AS minor
    FROM jsonb_array_elements(q.fees) AS each
  ) AS fee
  WHERE q.issued_at >= $1
    AND q.issued_at < $2
    AND q.state = 'used'
    AND q.refund_of IS NULL
), ratio AS (
  SELECT corridor, direction, currency,
    round((paid - target / mid) * 1000000 / paid) AS cost,
    round(fees * 1000000 / paid) AS fees
  FROM used
)
SELECT corridor, direction, currency,
  count(cost)::integer AS payments,
  coalesce(sum(cost), 0)::text AS cost,
  coalesce(sum(cost - fees), 0)::text AS margin,
  coalesce(sum(fees) FILTER (WHERE cost IS NOT NULL), 0)::text AS fees,
  count(*) FILTER (WHERE cost > 10000)::integer AS above1,
  count(*) FILTER (WHERE cost > 30000)::integer AS above3,
  count(*) FILTER (WHERE cost IS NULL)::integer AS "notCompared"
FROM ratio
GROUP BY corridor, direction, currency
ORDER BY corridor, direction, currency`;

const CURRENCIES = `
SELECT DISTINCT source_currency AS currency FROM quote WHERE issued_at >= $1 AND issued_at < $2
UNION
SELECT DISTINCT target_currency FROM quote WHERE issued_at >= $1 AND issued_at < $2`;

const span = (fromMs: number, untilMs: number) => [new Date(fromMs), new Date(untilMs)];

/** Epoch ms of the first quote. Reads the whole table, once. */
async function firstMs(database: Queryable): Promise<number | undefined> {
  const [row] = await database.query<{ at: Date | null }>('SELECT min(issued_at) AS at FROM quote');
  return row?.at?.getTime();
}

async function look(database: Queryable, fromMs: number, untilMs: number): Promise<HourLook> {
  // Has the index know of what was quoted since.
  await database.query(`SELECT brin_summarize_new_values('quote_issued_at')`);
  const [row] = await database.query<HourLook & object>(LOOK, span(fromMs, untilMs));
  return row!;
}

type QuoteHour = FactBody<'fx.quote-hour'>;
type CostHour = FactBody<'fx.cost-hour'>;

/** What providers offered, won and lost by. */
export const QUOTE_HOURS: FactGatherer = hourlyFacts({
  ...{ source: 'fx.quote-hour', everyMs: EVERY_MS, firstMs, look },
  facts: async (database, fromMs, untilMs) => {
    const hour = new Date(fromMs).toISOString();
    const rows = await database.query<Omit<QuoteHour, 'hour'>>(QUOTES, span(fromMs, untilMs));
    return rows.map((row) => ({
      key: `${row.corridor}|${row.direction}|${row.provider}`,
      body: { hour, ...row },
    }));
  },
});

/** What payments cost their payers against the mid rate at the time of their quotes. */
export const COST_HOURS: FactGatherer = hourlyFacts({
  ...{ source: 'fx.cost-hour', everyMs: EVERY_MS, firstMs, look },
  facts: async (database, fromMs, untilMs) => {
    const hour = new Date(fromMs).toISOString();
    const found = await database.query<{ currency: string }>(CURRENCIES, span(fromMs, untilMs));
    const known = found.flatMap(({ currency }) => findCurrency(currency) ?? []);
    const scales = [known.map(({ code }) => code), known.map(({ scale }) => scale)];
    const rows = await database.query<Omit<CostHour, 'hour'>>(COSTS, [...span(fromMs, untilMs), ...scales]);
    return rows.map((row) => ({
      key: `${row.corridor}|${row.direction}|${row.currency}`,
      body: { hour, ...row },
    }));
  },
});
