import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';
import { customerBody, instant, printable, uuid } from '../payment/payment.schema.js';

export const createPaymentCodeBody = z
  .strictObject({
    corridor: printable(35).meta({
      description: 'The corridor to the network whose merchants may draw on the code',
      examples: ['KH-AP'],
    }),
    debtor: customerBody,
    most: publicAmount.meta({
      description:
        "The highest amount that the payer agrees to, in the payer's currency: whatever is drawn up to it is paid",
    }),
  })
  .meta({ id: 'CreatePaymentCode' });
export type CreatePaymentCode = z.infer<typeof createPaymentCodeBody>;

export const publicPaymentCode = z
  .object({
    paymentCodeId: uuid.meta({ description: 'Id of the code; a payment that is drawn on it has the same' }),
    corridor: z.string(),
    code: z.string().meta({ description: 'What the payer shows', examples: ['281234567890123456'] }),
    barcode: z
      .string()
      .optional()
      .meta({
        description: 'The same code for tills that scan bars, where the network gives one apart: digits',
        examples: ['6212345678901234567'],
      }),
    most: publicAmount.meta({ description: 'No payment above this is drawn on the code' }),
    expiresAt: instant.meta({ description: 'No payment is drawn on the code from then on' }),
  })
  .meta({ id: 'PaymentCode' });
export type PublicPaymentCode = z.infer<typeof publicPaymentCode>;
