import type { LookupAnswer, Quote } from '@tonle/contracts';
import type { AmountJson } from '@tonle/money';

/** A payee of ours, as the home network told. */
export type HomePayee = Extract<LookupAnswer, { kind: 'found' }>;

/** What a payer abroad wants to pay: a code that was scanned, or an account of a payee. */
export interface ScannedCode {
  readonly lookupId: string;
  readonly qrText?: string;
  /** In place of a code. */
  readonly account?: string;
}

/** A quote together with the payee that it was made for: what a payment that names it means. */
export interface InboundQuote extends ScannedCode {
  readonly quoteId: string;
  readonly payee: HomePayee;
  readonly quote: Quote;
}

/** Who stands behind a code, and the price when an amount is known. */
export interface ResolvedCode {
  readonly kind: 'resolved';
  readonly payee: HomePayee;
  readonly amount: AmountJson | undefined;
  readonly quote: Quote | undefined;
}
