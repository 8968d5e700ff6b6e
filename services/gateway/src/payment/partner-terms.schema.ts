import { z } from 'zod';
import { partnerQuote, partnerRate } from '@tonle/contracts';
import { publicAmount } from '../http/public-amount.js';

const rate = partnerRate.meta({ id: 'PartnerRate' });
const quote = partnerQuote.meta({ id: 'PartnerQuote' });

/** What the partner network said of the money, by the names that partners use. */
export const publicPartnerTerms = z
  .object({
    orderAmount: publicAmount
      .optional()
      .meta({ description: 'What the payee asks for in its own currency, before any discount' }),
    billingAmount: publicAmount
      .optional()
      .meta({ description: "What the payer's card or wallet is charged in its own currency" }),
    settlementAmount: publicAmount
      .optional()
      .meta({ description: 'What the partner says that it settles with us' }),
    discountAmount: publicAmount.optional(),
    feeAmount: publicAmount.optional(),
    settlementRate: rate.optional().meta({
      description:
        'What the settlement amount was converted at: `unit` (1 when absent) of `unitCurrency` is `rate` of `quotedCurrency`',
    }),
    billingRate: rate.optional().meta({ description: 'What the billing amount was converted at' }),
    quote: quote.optional().meta({ description: 'The quote that the partner converts by' }),
  })
  .meta({
    id: 'PartnerTerms',
    description: 'What the partner network said of the money beside source and target: information',
  });
export type PublicPartnerTerms = z.infer<typeof publicPartnerTerms>;
