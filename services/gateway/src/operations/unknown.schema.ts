import { z } from 'zod';
import { AGE_BANDS, unknownCount, unknownPayment } from '@tonle/contracts';
import { publicAmount } from '../http/public-amount.js';
import { instant } from '../payment/payment.schema.js';

const band = z.enum(Object.keys(AGE_BANDS) as [string, ...string[]]).meta({
  description: 'How long the outcome has not been known',
});

export const publicUnknowns = z
  .object({
    payments: z
      .array(
        unknownPayment.omit({ amount: true, windowClosesAt: true, since: true }).extend({
          amount: publicAmount.meta({ description: 'What the leg moves' }),
          since: instant.meta({ description: 'Since when its outcome is not known' }),
          windowClosesAt: instant.optional().meta({
            description: 'When the settlement window closes that it is not in while its outcome is not known',
          }),
        }),
      )
      .meta({ description: 'The oldest first, at most a thousand' }),
    counts: z
      .array(
        unknownCount
          .omit({ minor: true, band: true })
          .extend({ band, amount: publicAmount.meta({ description: 'Sum of what their legs move' }) }),
      )
      .meta({ description: 'Of all of them, by network, currency and age' }),
  })
  .meta({ id: 'Unknowns' });
export type PublicUnknowns = z.infer<typeof publicUnknowns>;
