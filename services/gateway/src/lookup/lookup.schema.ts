import { carriedText } from '@tonle/contracts';
import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';
import { publicPartnerTerms } from '../payment/partner-terms.schema.js';
import { countryCode, currencyCode, instant, printable, uuid } from '../payment/payment.schema.js';
import { RANKED_BECAUSE } from './offer.decide.js';

export const createLookupBody = z
  .strictObject({
    qrText: carriedText
      .min(1)
      .max(512)
      .optional()
      .meta({ description: 'The text of the scanned QR code, unchanged' }),
    account: printable(99)
      .optional()
      .meta({ examples: ['0066812345678'] }),
    accountType: printable(35)
      .optional()
      .meta({ examples: ['MBNO', 'BIID'] }),
    country: countryCode
      .optional()
      .meta({ description: 'Country of the account; only with `account`', examples: ['TH'] }),
    sourceCurrency: currencyCode.optional().meta({
      description:
        "The payer's currency: where several networks reach the payee, their costs are compared in it; default: the corridor's first",
    }),
  })
  .refine((body) => (body.qrText === undefined) !== (body.account === undefined), {
    message: 'Send either qrText or account.',
    path: ['qrText'],
  })
  .refine(
    (body) => body.account === undefined || (body.accountType !== undefined && body.country !== undefined),
    {
      message: 'An account requires accountType and country.',
      path: ['accountType'],
    },
  )
  .meta({ id: 'CreateLookup' });
export type CreateLookup = z.infer<typeof createLookupBody>;

const foundPayee = z.object({
  lookupId: uuid,
  corridor: z.string(),
  payee: z.object({
    displayName: z.string().meta({ description: 'Name that may be shown to the payer' }),
    account: z.string().meta({ description: 'Masked' }),
    accountType: z.string(),
  }),
  currency: z.string(),
  amount: publicAmount.optional().meta({ description: 'Present when the QR code fixes the amount' }),
  qrExpiresAt: instant.optional(),
  validUntil: instant.meta({ description: 'The lookup can be used for a payment until this time' }),
  remittance: z.string().optional(),
  partnerTerms: publicPartnerTerms.optional(),
});
export type PublicPayee = z.infer<typeof foundPayee>;

const publicOffer = foundPayee
  .extend({
    network: z
      .string()
      .meta({ description: 'Participant that stands for the network', examples: ['THSWITCH'] }),
    rankedBecause: z.enum(RANKED_BECAUSE).meta({
      description:
        '`only` there is no other; `cheapest`; `same_cost` as the cheapest, of a corridor that is not preferred; `dearer`; ' +
        '`not_priced` no provider quotes it now; `unsteady` payments do not go through well in its network now',
    }),
    price: z
      .object({
        source: publicAmount
          .meta({
            description: 'What the payer would pay, fees included; absent where the QR code fixes no amount',
          })
          .optional(),
        totalCostPercent: z.string().optional().meta({ description: 'Against the reference rate' }),
      })
      .optional()
      .meta({ description: 'What a payment would cost now, where there is a choice; only a quote binds' }),
  })
  .meta({ id: 'Offer' });

export const publicLookup = foundPayee
  .extend({
    offers: z.array(publicOffer).meta({
      description:
        'Every way to pay the payee, the best first, which is the one above. Each is a lookup of its own: ask a quote for its ' +
        '`lookupId`, and the payment goes through its corridor',
    }),
    notOffered: z
      .array(
        z.object({
          corridor: z.string(),
          network: z.string(),
          code: z.string().meta({ description: 'A code of the errors', examples: ['partner_silent'] }),
          detail: z.string().optional(),
        }),
      )
      .meta({ description: 'Networks that could pay it, and why they are not offered' }),
  })
  .meta({ id: 'Lookup' });
export type PublicLookup = z.infer<typeof publicLookup>;
