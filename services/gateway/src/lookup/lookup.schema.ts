import { carriedText } from '@tonle/contracts';
import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';
import { instant, printable, uuid } from '../payment/payment.schema.js';

export const createLookupBody = z
  .strictObject({
    qrText: carriedText
      .min(1)
      .max(512)
      .optional()
      .meta({ description: 'The text of the scanned code, unchanged' }),
    account: printable(99)
      .optional()
      .meta({ examples: ['0066812345678'] }),
    accountType: printable(35)
      .optional()
      .meta({ examples: ['MBNO', 'BIID'] }),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional()
      .meta({ description: 'Where the account is; only with `account`', examples: ['TH'] }),
  })
  .refine((body) => (body.qrText === undefined) !== (body.account === undefined), {
    message: 'Send either qrText or account',
    path: ['qrText'],
  })
  .refine(
    (body) => body.account === undefined || (body.accountType !== undefined && body.country !== undefined),
    {
      message: 'An account needs its accountType and country',
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
      displayName: z.string().meta({ description: 'As it may be shown to the payer' }),
      account: z.string().meta({ description: 'Masked' }),
      accountType: z.string(),
    }),
    currency: z.string(),
    amount: publicAmount.optional().meta({ description: 'Fixed by the code, when it carries one' }),
    qrExpiresAt: instant.optional(),
    validUntil: instant.meta({ description: 'Until when a payment may be made on this lookup' }),
    remittance: z.string().optional(),
  })
  .meta({ id: 'Lookup' });
export type PublicLookup = z.infer<typeof publicLookup>;
