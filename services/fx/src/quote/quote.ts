import type { Amount, Rate } from '@tonle/money';
import type { Directory } from '@tonle/directory';
import type { Quote, QuoteAnswer, QuoteRequest, Reason, RefundCause } from '@tonle/contracts';
import type { ExposureBook } from '../exposure/exposure.js';
import type { RateBook } from '../rate/rate.js';
import type { Terms } from '../terms/terms.js';

/** Everything a quote is decided with; only the exposure changes while a batch is decided. */
export interface Market {
  readonly directory: Directory;
  readonly rates: RateBook;
  readonly terms: Terms;
  readonly exposure: ExposureBook;
}

export type QuoteFee = Quote['fees'][number];

export type Candidates = Extract<QuoteAnswer, { kind: 'quoted' }>['candidates'];

/** A quote on its way into the table, with the explanation that is kept beside it. */
export interface IssuedQuote {
  readonly quote: Quote;
  readonly candidates: Candidates;
  readonly midRate: string | undefined;
}

export type QuoteDecision =
  | { readonly kind: 'issued'; readonly issued: IssuedQuote }
  | {
      readonly kind: 'refused';
      readonly reason: Reason;
      readonly detail?: string;
      readonly candidates: Candidates;
    };

/** A request with the id its quote would have (UUIDv4, decisions 9). */
export interface QuoteOrder {
  readonly quoteId: string;
  readonly request: QuoteRequest;
  /** The quote that the request is to be a refund of, when there is one of that id. */
  readonly original?: Quote;
}

/** What one provider can offer for a request. */
export interface Offer {
  readonly provider: string;
  readonly rate: Rate;
  readonly baseRate: Rate;
  readonly rateVersion: number;
  readonly improvementBasisPoints: number;
  readonly source: Amount;
  readonly target: Amount;
  readonly pushedAtMs: number;
  /** Of a refund that whoever is at fault makes exact: what the provider gets, and by which rate of the day. */
  readonly conversion?: NonNullable<RefundCause['conversion']>;
}
