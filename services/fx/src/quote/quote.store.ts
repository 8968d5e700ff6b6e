import type { Quote } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { IssuedQuote } from './quote.js';

// A provider that may owe nothing of a currency owes it for a refund all the same: it is counted from then on.
const INSERT_QUOTES = `
  WITH issued AS (
    INSERT INTO quote (
      quote_id, corridor, provider, participant, fixed, source_currency, source_minor, target_currency, target_minor,
      rate, base_rate, rate_version, improvement_basis_points, fees, explanation, issued_at, expires_at,
      direction, partner_terms, refund_of, refund_cause)
    SELECT *
    FROM unnest(
      $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::bigint[],
      $10::text[], $11::text[], $12::integer[], $13::integer[], $14::jsonb[], $15::jsonb[],
      $16::timestamptz[], $17::timestamptz[], $18::text[], $19::jsonb[], $20::uuid[], $21::jsonb[])
    RETURNING provider, source_currency, target_currency, target_minor)
  INSERT INTO exposure AS x (provider, currency, limit_minor, open_minor)
  SELECT provider, target_currency, 0, sum(target_minor)::bigint
  FROM issued
  WHERE source_currency <> target_currency
  GROUP BY provider, target_currency
  ON CONFLICT (provider, currency) DO UPDATE
  SET open_minor = x.open_minor + EXCLUDED.open_minor`;

/** Keeps a batch of quotes and counts them against their providers. Exposures must be locked. */
export async function insertQuotes(transaction: Queryable, issued: readonly IssuedQuote[]): Promise<void> {
  const column = <T>(read: (quote: Quote, each: IssuedQuote) => T): T[] =>
    issued.map((each) => read(each.quote, each));
  await transaction.query(INSERT_QUOTES, [
    column((quote) => quote.quoteId),
    column((quote) => quote.corridor),
    column((quote) => quote.provider),
    column((quote) => quote.participant),
    column((quote) => quote.fixed),
    column((quote) => quote.source.currency),
    column((quote) => quote.source.minor),
    column((quote) => quote.target.currency),
    column((quote) => quote.target.minor),
    column((quote) => quote.rate),
    column((quote) => quote.baseRate),
    column((quote) => quote.rateVersion),
    column((quote) => quote.improvementBasisPoints),
    column((quote) => JSON.stringify(quote.fees)),
    column((_quote, each) => JSON.stringify({ candidates: each.candidates, midRate: each.midRate })),
    column((quote) => quote.issuedAt),
    column((quote) => quote.expiresAt),
    column((quote) => quote.direction ?? null),
    column(({ partnerTerms }) => (partnerTerms === undefined ? null : JSON.stringify(partnerTerms))),
    column((quote) => quote.refundOf ?? null),
    column(({ refundCause }) => (refundCause === undefined ? null : JSON.stringify(refundCause))),
  ]);
}

interface QuoteRow {
  quote_id: string;
  corridor: string;
  provider: string;
  participant: string;
  fixed: 'source' | 'target';
  source_currency: string;
  source_minor: bigint;
  target_currency: string;
  target_minor: bigint;
  rate: string;
  base_rate: string;
  rate_version: number;
  improvement_basis_points: number;
  fees: Quote['fees'];
  issued_at: Date;
  expires_at: Date;
  direction: Quote['direction'] | null;
  partner_terms: Quote['partnerTerms'] | null;
  refund_of: string | null;
  refund_cause: Quote['refundCause'] | null;
}

const SELECT_QUOTES = `
  SELECT quote_id, corridor, provider, participant, fixed, source_currency, source_minor, target_currency, target_minor,
         rate, base_rate, rate_version, improvement_basis_points, fees, issued_at, expires_at,
         direction, partner_terms, refund_of, refund_cause
  FROM quote
  WHERE quote_id = ANY($1::uuid[])`;

/** The quotes of these ids, whatever their state; unknown ids are absent. */
export async function findQuotes(database: Queryable, quoteIds: readonly string[]): Promise<Quote[]> {
  const rows = await database.query<QuoteRow>(SELECT_QUOTES, [quoteIds]);
  return rows.map((row) => ({
    quoteId: row.quote_id,
    corridor: row.corridor,
    provider: row.provider,
    participant: row.participant,
    fixed: row.fixed,
    source: { currency: row.source_currency, minor: row.source_minor.toString() },
    target: { currency: row.target_currency, minor: row.target_minor.toString() },
    rate: row.rate,
    baseRate: row.base_rate,
    rateVersion: row.rate_version,
    improvementBasisPoints: row.improvement_basis_points,
    fees: row.fees,
    issuedAt: row.issued_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    ...(row.direction === null ? {} : { direction: row.direction }),
    ...(row.partner_terms === null ? {} : { partnerTerms: row.partner_terms }),
    ...(row.refund_of === null ? {} : { refundOf: row.refund_of }),
    ...(row.refund_cause === null ? {} : { refundCause: row.refund_cause }),
  }));
}
