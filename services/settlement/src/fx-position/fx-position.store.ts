import type { Queryable, Transaction } from '@tonle/persistence';
import { asKnownThen } from '../report/known-then.table.js';
import type { KeptPosition, PositionName, PositionState, ReferenceRate } from './fx-position.js';

type KeptRow = PositionName & Record<keyof PositionState, string>;

/**
 * The positions of the last day before `day` that is closed, as it stood at an instant; without any, the days are summed from the
 * first on.
 */
export async function keptBefore(
  database: Queryable,
  day: string,
  knownAt?: Date,
): Promise<{ readonly day: string; readonly positions: readonly KeptPosition[] } | undefined> {
  const as = (statement: string) =>
    knownAt === undefined ? statement : asKnownThen(statement).replaceAll(':knownAt', '$2');
  const instant = knownAt === undefined ? [] : [knownAt];
  const closed = knownAt === undefined ? LAST_CLOSED : `${LAST_CLOSED} ${CLOSED_THEN}`;
  const [last] = await database.query<{ day: string | null }>(as(closed), [day, ...instant]);
  if (last?.day === undefined || last.day === null) return undefined;
  const rows = await database.query<KeptRow>(as(KEPT), [last.day, ...instant]);
  return {
    day: last.day,
    positions: rows.map(({ provider, corridor, base, counter, ...state }) => ({
      ...{ provider, corridor, base, counter },
      state: {
        quantityMinor: BigInt(state.quantityMinor),
        costMinor: BigInt(state.costMinor),
        earnedMinor: BigInt(state.earnedMinor),
        unrealisedMinor: BigInt(state.unrealisedMinor),
      },
    })),
  };
}

const LAST_CLOSED = `
  SELECT max(p.period) AS day
  FROM accounting_period AS p
  WHERE p.kind = 'day' AND p.state = 'closed' AND p.period < $1`;

// Of a day that was closed before rows kept their past, its report alone says when.
const CLOSED_THEN = `
  AND EXISTS (
    SELECT FROM close_report AS r
    WHERE r.period = p.period AND r.version = p.version AND r.closed_at <= :knownAt
  )`;

const KEPT = `
  SELECT provider, corridor, base, counter, quantity_minor::text AS "quantityMinor", cost_minor::text AS "costMinor",
    earned_minor::text AS "earnedMinor", unrealised_minor::text AS "unrealisedMinor"
  FROM fx_position_day
  WHERE day = $1::date
  ORDER BY provider, corridor, base, counter`;

/** Keeps the positions of a day that is closed. */
export async function keepPositions(
  transaction: Transaction,
  day: string,
  positions: readonly KeptPosition[],
): Promise<void> {
  await transaction.query(
    `INSERT INTO fx_position_day
       (day, provider, corridor, base, counter, quantity_minor, cost_minor, earned_minor, unrealised_minor)
     SELECT $1::date, *
     FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::numeric[], $7::numeric[], $8::numeric[], $9::numeric[])`,
    [
      day,
      positions.map(({ provider }) => provider),
      positions.map(({ corridor }) => corridor),
      positions.map(({ base }) => base),
      positions.map(({ counter }) => counter),
      positions.map(({ state }) => state.quantityMinor.toString()),
      positions.map(({ state }) => state.costMinor.toString()),
      positions.map(({ state }) => state.earnedMinor.toString()),
      positions.map(({ state }) => state.unrealisedMinor.toString()),
    ],
  );
}

/** Of a day that is reopened. */
export async function dropPositions(transaction: Transaction, day: string): Promise<void> {
  await transaction.query('DELETE FROM fx_position_day WHERE day = $1::date', [day]);
}

/** The reference rates of the days up to `until`, the oldest first; as they were known at an instant, or are now. */
export function ratesUntil(database: Queryable, until: string, knownAt?: Date): Promise<ReferenceRate[]> {
  if (knownAt === undefined) return database.query<ReferenceRate>(RATES, [until, 'infinity']);
  return database.query<ReferenceRate>(asKnownThen(RATES).replaceAll(':knownAt', '$2'), [until, knownAt]);
}

const RATES = `
  SELECT source_currency AS "sourceCurrency", target_currency AS "targetCurrency", rate, source, day::text AS day
  FROM reference_rate
  WHERE day <= $1::date
    AND set_at <= $2::timestamptz
  ORDER BY day, source_currency, target_currency`;

/** Was any set for this day? */
export async function hasRates(database: Queryable, day: string): Promise<boolean> {
  const rows = await database.query('SELECT FROM reference_rate WHERE day = $1::date LIMIT 1', [day]);
  return rows.length > 0;
}

export type NewReferenceRate = Omit<ReferenceRate, 'day' | 'source'>;

/** Keeps the rates of a day; one that is there stays as it is. */
export async function keepRates(
  transaction: Transaction,
  day: string,
  source: string,
  rates: readonly NewReferenceRate[],
  at: Date,
): Promise<void> {
  await transaction.query(
    `INSERT INTO reference_rate (day, source_currency, target_currency, rate, source, set_at)
     SELECT $1::date, source_currency, target_currency, rate, $2, $3
     FROM unnest($4::text[], $5::text[], $6::text[]) AS r (source_currency, target_currency, rate)
     ON CONFLICT DO NOTHING`,
    [
      day,
      source,
      at,
      rates.map(({ sourceCurrency }) => sourceCurrency),
      rates.map(({ targetCurrency }) => targetCurrency),
      rates.map(({ rate }) => rate),
    ],
  );
}

/** What stands of a pair on a day, in whichever direction. */
export function ratesOfPair(
  database: Queryable,
  { day, sourceCurrency, targetCurrency }: Pick<ReferenceRate, 'day' | 'sourceCurrency' | 'targetCurrency'>,
): Promise<ReferenceRate[]> {
  return database.query<ReferenceRate>(
    `SELECT source_currency AS "sourceCurrency", target_currency AS "targetCurrency", rate, source, day::text AS day
     FROM reference_rate
     WHERE day = $1::date
       AND (source_currency, target_currency) IN (($2, $3), ($3, $2))
     ORDER BY source_currency`,
    [day, sourceCurrency, targetCurrency],
  );
}

/** Puts a rate in place of that of the pair, in whichever direction it stood; returns what it was. */
export async function replaceRate(
  transaction: Transaction,
  { sourceCurrency, targetCurrency, rate, source, day }: ReferenceRate,
  at: Date,
): Promise<ReferenceRate[]> {
  const before = await transaction.query<ReferenceRate>(
    `WITH replaced AS (
       DELETE FROM reference_rate
       WHERE day = $1::date
         AND (source_currency, target_currency) IN (($2, $3), ($3, $2))
       RETURNING *
     )
     SELECT source_currency AS "sourceCurrency", target_currency AS "targetCurrency", rate, source, day::text AS day
     FROM replaced`,
    [day, sourceCurrency, targetCurrency],
  );
  await keepRates(transaction, day, source, [{ sourceCurrency, targetCurrency, rate }], at);
  return before;
}
