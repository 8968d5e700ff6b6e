import { z } from 'zod';
import { lostBecause } from './codes.js';
import { contract, instant, refusal } from './calls-contract.js';
import { amountJson } from './amount.js';
import { direction, uuid } from './messages.js';
import { partnerTerms } from './partner-terms.js';
import { refundCause } from './refund.js';

// What fx answers: quotes for participants, quotes by id for routing, rates from providers.

export const quote = z.object({
  quoteId: uuid,
  corridor: z.string(),
  /** The FX provider; in one currency, where nothing is converted, the settlement bank that stands between the two sides. */
  provider: z.string(),
  /** Participant that asked and may use it. */
  participant: z.string(),
  fixed: z.enum(['source', 'target']),
  source: amountJson,
  target: amountJson,
  /** Target units for one source unit, after improvements. */
  rate: z.string(),
  baseRate: z.string(),
  rateVersion: z.number().int(),
  improvementBasisPoints: z.number().int(),
  fees: z.array(z.object({ kind: z.string(), payer: z.string(), amount: amountJson })),
  /** Which way it pays; absent in quotes of earlier versions, whose currencies tell. */
  direction: direction.optional(),
  /** The quote of the payment that it refunds: for a refund of that payment alone. */
  refundOf: uuid.optional(),
  /** Why, and what follows for the provider and the fee. */
  refundCause: refundCause.optional(),
  /** What the partner had said of the money when it was issued. */
  partnerTerms: partnerTerms.optional(),
  issuedAt: instant,
  expiresAt: instant,
});
export type Quote = z.infer<typeof quote>;

/** Why a provider was chosen or lost: total cost against mid in hundredths of a per cent, as text. */
export const quoteCandidate = z.object({
  provider: z.string(),
  chosen: z.boolean(),
  rate: z.string().optional(),
  source: amountJson.optional(),
  target: amountJson.optional(),
  totalCostPercent: z.string().optional(),
  /** Absent for the chosen one. */
  lostBecause: lostBecause.optional(),
});

export const quoteRequest = z.object({
  participant: z.string(),
  corridor: z.string(),
  sourceCurrency: z.string(),
  targetCurrency: z.string(),
  /** Which way it pays; callers of earlier versions leave it to the currencies, which do not tell where both are the same. */
  direction: direction.optional(),
  fixed: z.enum(['source', 'target']),
  amount: amountJson,
  /** What the partner has said of the money: kept with the quote, and with the payment that uses it. */
  partnerTerms: partnerTerms.optional(),
  /** The quote of the payment that is to be refunded: neither hours nor limits of the corridor keep a refund back. */
  refundOf: uuid.optional(),
  /** Of a refund: whose fault or wish it is, and who bears the rate. */
  refundCause: refundCause.pick({ fault: true, fxBearer: true }).optional(),
  /** Never valid longer than this: until then what is known of the payee holds. */
  notAfter: instant.optional(),
});
export type QuoteRequest = z.infer<typeof quoteRequest>;

export const quoteAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('quoted'),
    quote,
    candidates: z.array(quoteCandidate),
    midRate: z.string().optional(),
  }),
  refusal.extend({ candidates: z.array(quoteCandidate) }),
]);
export type QuoteAnswer = z.infer<typeof quoteAnswer>;

/** What a quote would say now, fees included; nothing is issued, kept or counted. */
export const priceAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('priced'),
    source: amountJson,
    target: amountJson,
    totalCostPercent: z.string().optional(),
  }),
  refusal,
]);
export type PriceAnswer = z.infer<typeof priceAnswer>;

export const fxCalls = {
  quote: contract(
    'fx',
    'fx.quote',
    3000,
    z.object({ items: z.array(quoteRequest) }),
    z.object({ items: z.array(quoteAnswer) }),
  ),
  /** To compare ways to pay one payee. */
  price: contract(
    'fx',
    'fx.price',
    1000,
    z.object({ items: z.array(quoteRequest) }),
    z.object({ items: z.array(priceAnswer) }),
  ),
  /** For routing, before its transaction: absent ids are unknown quotes. */
  quotesById: contract(
    'fx',
    'fx.quotes-by-id',
    3000,
    z.object({ quoteIds: z.array(uuid) }),
    z.object({ quotes: z.array(quote) }),
  ),
  pushRates: contract(
    'fx',
    'fx.push-rates',
    3000,
    z.object({
      provider: z.string(),
      /** The key that signed it. */
      keyId: z.string().optional(),
      rates: z.array(
        z.object({
          sourceCurrency: z.string(),
          targetCurrency: z.string(),
          rate: z.string(),
          validUntil: instant.optional(),
        }),
      ),
    }),
    z.object({
      items: z.array(
        z.discriminatedUnion('kind', [
          z.object({
            kind: z.literal('accepted'),
            sourceCurrency: z.string(),
            targetCurrency: z.string(),
            version: z.number().int(),
          }),
          refusal,
        ]),
      ),
    }),
  ),
  withdrawRates: contract(
    'fx',
    'fx.withdraw-rates',
    3000,
    z.object({
      provider: z.string(),
      /** The key that signed it. */
      keyId: z.string().optional(),
      sourceCurrency: z.string().optional(),
      targetCurrency: z.string().optional(),
    }),
    z.object({ withdrawn: z.number().int() }),
  ),
  /** For finance: what a day is valued by, and how far each provider is exposed now. */
  market: contract(
    'fx',
    'fx.market',
    5000,
    z.object({}),
    z.object({
      midRates: z.array(
        z.object({ sourceCurrency: z.string(), targetCurrency: z.string(), rate: z.string() }),
      ),
      exposures: z.array(
        z.object({
          provider: z.string(),
          currency: z.string(),
          limitMinor: z.string(),
          /** What it owes, and what it may have to give by quotes that are not used yet. */
          usedMinor: z.string(),
        }),
      ),
    }),
  ),
};
