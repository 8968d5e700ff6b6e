import { currency } from '@tonle/money';
import type { Queryable } from '@tonle/persistence';
import { asKnownThen } from '../report/known-then.table.js';
import type { DayFlows, PositionFlows, PositionName } from './fx-position.js';

type FlowRow = PositionName & Record<keyof PositionFlows | 'day', string>;

// The partner's currency is bought and sold. A payment counts on the day of its window there, which is known to be whole when the
// window is netted. What an exact refund owes the provider beside its amounts (domain 6.11) is invoiced, and no part of this.
const TRADES = `
  SELECT w.day, r.fx_provider AS provider, r.corridor, w.currency AS base,
    CASE r.direction WHEN 'outbound' THEN r.source_currency ELSE r.target_currency END AS counter,
    l.creditor = r.fx_provider AS "isBought", l.amount_minor AS minor,
    CASE r.direction WHEN 'outbound' THEN r.source_minor ELSE r.target_minor END AS price,
    r.rate::numeric AS rate
  FROM settlement_window AS w
  JOIN window_line AS l USING (window_id)
  JOIN payment_record AS r USING (payment_id)
  WHERE w.day > $1::date
    AND w.day <= $2::date
    AND r.source_currency <> r.target_currency
    AND w.currency = CASE r.direction WHEN 'outbound' THEN r.target_currency ELSE r.source_currency END
    AND r.fx_provider IN (l.debtor, l.creditor)
    AND coalesce(r.known_at, r.ended_at) <= $6::timestamptz`;

// What the price is better by than the rate says, in whole minor units; what is not less than a payable step is no rounding.
const PRICED = `
  SELECT t.*,
    CASE WHEN t."isBought"
      THEN div(t.minor * t.rate * c.one, b.one) - t.price
      ELSE t.price - div(t.minor * c.one, t.rate * b.one)
    END AS residual,
    c.step
  FROM trade AS t
  JOIN unit AS b ON b.currency = t.base
  JOIN unit AS c ON c.currency = t.counter`;

// A gross rail settles at once; a window of nets when the bank has paid, and then without those that were taken out of it.
const SETTLED = `
  SELECT w.settled_on AS day, r.fx_provider AS provider, r.corridor, w.currency AS base,
    CASE r.direction WHEN 'outbound' THEN r.source_currency ELSE r.target_currency END AS counter,
    CASE WHEN l.debtor = r.fx_provider THEN l.amount_minor ELSE -l.amount_minor END AS minor
  FROM (
    SELECT *, CASE settlement_mode
        WHEN 'GROSS_RT' THEN day
        ELSE (settled_at AT TIME ZONE 'UTC' + interval '7 hours')::date
      END AS settled_on
    FROM settlement_window
    WHERE settlement_mode = 'GROSS_RT' OR (state = 'SETTLED' AND settled_at <= $6::timestamptz)
  ) AS w
  JOIN window_line AS l USING (window_id)
  JOIN payment_record AS r USING (payment_id)
  WHERE w.settled_on > $1::date
    AND w.settled_on <= $2::date
    AND r.source_currency <> r.target_currency
    AND w.currency = CASE r.direction WHEN 'outbound' THEN r.target_currency ELSE r.source_currency END
    AND r.fx_provider IN (l.debtor, l.creditor)
    AND NOT (ARRAY[l.debtor, l.creditor] && w.participants_removed)
    AND coalesce(r.known_at, r.ended_at) <= $6::timestamptz`;

const FLOWS = `
  WITH unit AS (
    SELECT * FROM unnest($3::text[], $4::numeric[], $5::numeric[]) AS u (currency, one, step)
  ),
  trade AS (${TRADES}),
  priced AS (${PRICED}),
  settled AS (${SETTLED})
  SELECT day::text AS day, provider, corridor, base, counter,
    sum(bought)::text AS "boughtMinor", sum(bought_for)::text AS "boughtForMinor",
    sum(sold)::text AS "soldMinor", sum(sold_for)::text AS "soldForMinor",
    sum(residual)::text AS "residualMinor", sum(settled)::text AS "settledMinor"
  FROM (
    SELECT day, provider, corridor, base, counter,
      CASE WHEN "isBought" THEN minor ELSE 0 END AS bought, CASE WHEN "isBought" THEN price ELSE 0 END AS bought_for,
      CASE WHEN "isBought" THEN 0 ELSE minor END AS sold, CASE WHEN "isBought" THEN 0 ELSE price END AS sold_for,
      CASE WHEN residual BETWEEN 0 AND step THEN residual ELSE 0 END AS residual, 0::bigint AS settled
    FROM priced
    UNION ALL
    SELECT day, provider, corridor, base, counter, 0, 0, 0, 0, 0, minor
    FROM settled
  ) AS moves
  GROUP BY day, provider, corridor, base, counter
  ORDER BY day, provider, corridor, base, counter`;

// A window may have left its state since, or taken a participant out.
const FLOWS_KNOWN = asKnownThen(FLOWS).replaceAll(':knownAt', '$6');

/** What moved the positions on the days after `after` up to `until`, as it was known at an instant, or is now. */
export async function flowsBetween(
  database: Queryable,
  after: string,
  until: string,
  knownAt?: Date,
): Promise<DayFlows[]> {
  const codes = await convertedCurrencies(database);
  const known = codes.map((code) => currency(code));
  const rows = await database.query<FlowRow>(knownAt === undefined ? FLOWS : FLOWS_KNOWN, [
    after,
    until,
    codes,
    known.map(({ scale }) => (10n ** BigInt(scale)).toString()),
    known.map(({ payableStep }) => payableStep.toString()),
    knownAt ?? 'infinity',
  ]);
  return rows.map(({ day, provider, corridor, base, counter, ...minors }) => ({
    ...{ day, provider, corridor, base, counter },
    flows: {
      boughtMinor: BigInt(minors.boughtMinor),
      boughtForMinor: BigInt(minors.boughtForMinor),
      soldMinor: BigInt(minors.soldMinor),
      soldForMinor: BigInt(minors.soldForMinor),
      residualMinor: BigInt(minors.residualMinor),
      settledMinor: BigInt(minors.settledMinor),
    },
  }));
}

async function convertedCurrencies(database: Queryable): Promise<string[]> {
  const rows = await database.query<{ code: string }>(
    `SELECT currency AS code FROM settlement_window
     UNION
     SELECT source_currency FROM payment_record
     UNION
     SELECT target_currency FROM payment_record
     ORDER BY code`,
  );
  return rows.map(({ code }) => code);
}
