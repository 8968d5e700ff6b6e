import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';
import { publicPartnerTerms } from '../payment/partner-terms.schema.js';
import { currencyCode, instant, printable, uuid, uuidV4 } from '../payment/payment.schema.js';

export const createQuoteBody = z
  .strictObject({
    lookupId: uuid.optional().meta({
      description: 'Takes currency, amount and expiry from the looked-up payee; the quote is not bound to it',
    }),
    sourceCurrency: currencyCode
      .optional()
      .meta({ description: "The payer's currency; default: the corridor's first" }),
    targetCurrency: currencyCode
      .optional()
      .meta({ description: "The payee's currency; required without lookupId" }),
    corridor: printable(35)
      .optional()
      .meta({
        description:
          'Of corridors whose payees have `targetCurrency`, this one; default: the preferred one. With lookupId only the corridor of the lookup',
        examples: ['KH-TH'],
      }),
    amount: publicAmount.optional().meta({
      description:
        "Fixes the side whose currency it has; may be in the payee's own currency when the lookup tells its rate (`partnerTerms`). " +
        'Optional when the QR code carries an amount',
    }),
  })
  .refine((body) => body.lookupId !== undefined || body.targetCurrency !== undefined, {
    message: 'Send lookupId or targetCurrency.',
    path: ['lookupId'],
  })
  .meta({ id: 'CreateQuote' });
export type CreateQuote = z.infer<typeof createQuoteBody>;

/** A provider that was considered for a quote; a refusal tells of them too. */
export const quoteCandidate = z
  .object({
    provider: z.string(),
    chosen: z.boolean(),
    rate: z.string().optional(),
    source: publicAmount.optional(),
    target: publicAmount.optional(),
    totalCostPercent: z.string().optional(),
    lostBecause: z.string().optional(),
  })
  .meta({ id: 'QuoteCandidate' });

export const publicQuote = z
  .object({
    quoteId: uuidV4,
    corridor: z.string(),
    fixed: z.enum(['source', 'target']),
    source: publicAmount,
    target: publicAmount,
    rate: z.string().meta({ description: 'Target units for one source unit' }),
    midRate: z.string().optional(),
    fxProvider: z.string().optional(),
    settlementBank: z.string().optional(),
    fees: z.array(z.object({ kind: z.string(), payer: z.string(), amount: publicAmount })),
    partnerTerms: publicPartnerTerms.optional(),
    issuedAt: instant,
    expiresAt: instant,
    candidates: z
      .array(quoteCandidate)
      .meta({ description: 'Every provider considered, and why it was not chosen' }),
  })
  .meta({ id: 'Quote' });
export type PublicQuote = z.infer<typeof publicQuote>;
