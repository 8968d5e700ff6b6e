import { parseRate, type Rate } from '@tonle/money';
import type { Queryable } from '@tonle/persistence';
import { RateBook, type StandingRate } from './rate.js';

interface BookRow {
  version: bigint;
  provider: string | null;
  source_currency: string;
  target_currency: string;
  rate_version: number;
  rate: string | null;
  pushed_at: Date;
  valid_until: Date | null;
}

const SELECT_BOOK = `
  SELECT b.version, r.provider, r.source_currency, r.target_currency, r.version AS rate_version,
         r.rate, r.pushed_at, r.valid_until
  FROM rate_book b
  LEFT JOIN standing_rate r ON TRUE`;

/** The standing rates as of now. */
export async function loadRateBook(database: Queryable): Promise<RateBook> {
  const rows = await database.query<BookRow>(SELECT_BOOK);
  const version = rows[0]?.version;
  if (version === undefined) throw new Error('the rate book has no row');
  const rates = rows.flatMap((row): StandingRate[] =>
    row.provider === null
      ? []
      : [
          {
            provider: row.provider,
            sourceCurrency: row.source_currency,
            targetCurrency: row.target_currency,
            version: row.rate_version,
            rate: row.rate === null ? undefined : stored(row.source_currency, row.target_currency, row.rate),
            pushedAtMs: row.pushed_at.getTime(),
            validUntilMs: row.valid_until?.getTime(),
          },
        ],
  );
  return new RateBook(version, rates);
}

function stored(sourceCurrency: string, targetCurrency: string, text: string): Rate {
  const rate = parseRate(sourceCurrency, targetCurrency, text);
  if (rate === undefined) throw new Error(`a stored rate cannot be read: ${text}`);
  return rate;
}

const TURN_BOOK = `
  UPDATE rate_book
  SET version = version + 1
  RETURNING version`;

/** Takes the book for a change: others that change it wait. Returns its new version. */
export async function turnBook(transaction: Queryable): Promise<bigint> {
  const [row] = await transaction.query<{ version: bigint }>(TURN_BOOK);
  if (row === undefined) throw new Error('the rate book has no row');
  return row.version;
}

export interface NewRate {
  readonly sourceCurrency: string;
  readonly targetCurrency: string;
  readonly rate: string;
  readonly validUntilMs: number | undefined;
}

const UPSERT_RATES = `
  WITH standing AS (
    INSERT INTO standing_rate (provider, source_currency, target_currency, version, rate, valid_until, pushed_at)
    SELECT $1, p.source_currency, p.target_currency, 1, p.rate, p.valid_until, $2
    FROM unnest($3::text[], $4::text[], $5::text[], $6::timestamptz[])
      AS p (source_currency, target_currency, rate, valid_until)
    ON CONFLICT (provider, source_currency, target_currency) DO UPDATE
    SET version = standing_rate.version + 1,
        rate = EXCLUDED.rate,
        valid_until = EXCLUDED.valid_until,
        pushed_at = EXCLUDED.pushed_at
    RETURNING *)
  INSERT INTO rate (provider, source_currency, target_currency, version, rate, valid_until, pushed_at)
  SELECT provider, source_currency, target_currency, version, rate, valid_until, pushed_at
  FROM standing
  RETURNING source_currency, target_currency, version`;

/** Makes these the standing rates and keeps the history; returns the version of each by `source>target`. */
export async function putRates(
  transaction: Queryable,
  provider: string,
  pushedAtMs: number,
  rates: readonly NewRate[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await transaction.query<{ source_currency: string; target_currency: string; version: number }>(
    UPSERT_RATES,
    [
      provider,
      new Date(pushedAtMs),
      rates.map((rate) => rate.sourceCurrency),
      rates.map((rate) => rate.targetCurrency),
      rates.map((rate) => rate.rate),
      rates.map((rate) => (rate.validUntilMs === undefined ? null : new Date(rate.validUntilMs))),
    ],
  );
  return new Map(rows.map((row) => [`${row.source_currency}>${row.target_currency}`, row.version]));
}

const WITHDRAW_RATES = `
  WITH standing AS (
    UPDATE standing_rate
    SET version = version + 1, rate = NULL, valid_until = NULL, pushed_at = $2
    WHERE provider = $1
      AND rate IS NOT NULL
      AND ($3::text IS NULL OR source_currency = $3)
      AND ($4::text IS NULL OR target_currency = $4)
    RETURNING *)
  INSERT INTO rate (provider, source_currency, target_currency, version, rate, valid_until, pushed_at)
  SELECT provider, source_currency, target_currency, version, rate, valid_until, pushed_at
  FROM standing
  RETURNING source_currency || '>' || target_currency AS pair`;

/** Withdraws a provider's rates, all or those of a currency; says of which pairs. */
export async function withdrawRates(
  transaction: Queryable,
  provider: string,
  atMs: number,
  sourceCurrency: string | undefined,
  targetCurrency: string | undefined,
): Promise<string[]> {
  const values = [provider, new Date(atMs), sourceCurrency ?? null, targetCurrency ?? null];
  return (await transaction.query<{ pair: string }>(WITHDRAW_RATES, values)).map(({ pair }) => pair);
}
