import { z } from 'zod';
import { amountJson, currencyCode } from './amount.js';

// What a partner says about the money of a payment beside the amounts that we settle: information, never in the ledger.

const instant = z.iso.datetime({ offset: true });

/** Units of `quotedCurrency` for `unit` units of `unitCurrency` (ISO 20022 CurrencyExchange: UnitCcy, QtdCcy, XchgRate). */
export const partnerRate = z.object({
  unitCurrency: currencyCode,
  quotedCurrency: currencyCode,
  /** Plain decimal text. */
  rate: z.string().regex(/^\d{1,12}(\.\d{1,11})?$/),
  /** How many units of `unitCurrency` the rate is for; absent: one. */
  unit: z
    .string()
    .regex(/^[1-9]\d{0,5}$/)
    .optional(),
});
export type PartnerRate = z.infer<typeof partnerRate>;

/** A price that a partner holds itself to for a while. */
export const partnerQuote = partnerRate.extend({
  /** As the partner names it. */
  quoteId: z.string().min(1).max(64),
  startsAt: instant.optional(),
  expiresAt: instant.optional(),
});
export type PartnerQuote = z.infer<typeof partnerQuote>;

/** Amounts in whatever currency the partner told them, by the names that partners give them. */
export const partnerTerms = z.object({
  /** What the payee asks for, in its own currency and before any discount: order or original amount. */
  orderAmount: amountJson.optional(),
  /** What the payer's card or wallet is charged, in its own currency: billing amount. */
  billingAmount: amountJson.optional(),
  /** What the partner says that it settles with us. */
  settlementAmount: amountJson.optional(),
  discountAmount: amountJson.optional(),
  feeAmount: amountJson.optional(),
  /** What the settlement amount was converted at; its currencies say from what. */
  settlementRate: partnerRate.optional(),
  /** What the billing amount was converted at; its currencies say from what. */
  billingRate: partnerRate.optional(),
  /** The quote that the partner converts by. */
  quote: partnerQuote.optional(),
});
export type PartnerTerms = z.infer<typeof partnerTerms>;

/**
 * What of a partner's word any message can carry: a part that is none is left out, so that it costs nobody the rest. Undefined when
 * nothing is left.
 */
export function carriedTerms(told: PartnerTerms | undefined): PartnerTerms | undefined {
  const parts = Object.entries(told ?? {}).filter(
    ([name, part]) =>
      part !== undefined && partnerTerms.shape[name as keyof PartnerTerms]?.safeParse(part).success === true,
  );
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
}
