import { REFUND_FAULTS } from '@tonle/contracts';
import { z } from 'zod';
import { reason } from '../operations/operations.schema.js';
import { publicAmount } from '../http/public-amount.js';
import { isoId, printable, uuid, uuidV4 } from '../payment/payment.schema.js';

export const createRefundBody = z
  .strictObject({
    paymentId: uuid.meta({ description: 'The payment that your customer got' }),
    amount: publicAmount
      .optional()
      .meta({ description: "In the currency of the payment's target; default: all that is left of it" }),
    reason: printable(140)
      .optional()
      .meta({ description: 'In words for the payer, who may see it', examples: ['Sold out'] }),
    fault: z.enum(REFUND_FAULTS).optional().meta({
      description:
        'Whose wish or fault it is; default `merchant_request`. Operators have to have found `switch` before',
    }),
    endToEndId: isoId.optional().meta({ description: 'Default NOTPROVIDED' }),
    uetr: uuidV4.optional().meta({ description: 'Of the refund; generated when absent' }),
  })
  .meta({ id: 'CreateRefund' });
export type CreateRefund = z.infer<typeof createRefundBody>;

export const findSwitchFaultBody = z
  .strictObject({
    reason,
    evidence: printable(2000).min(3).meta({ description: 'What shows it: an incident, a ticket' }),
  })
  .meta({ id: 'FindSwitchFault' });
export type FindSwitchFault = z.infer<typeof findSwitchFaultBody>;
