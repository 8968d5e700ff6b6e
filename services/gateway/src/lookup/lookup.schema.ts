import { carriedText } from '@tonle/contracts';
import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';
import { publicPartnerTerms } from '../payment/partner-terms.schema.js';
import { countryCode, instant, printable, uuid } from '../payment/payment.schema.js';

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

export const publicLookup = z
  .object({
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
  })
  .meta({ id: 'Lookup' });
export type PublicLookup = z.infer<typeof publicLookup>;
