import { z } from 'zod';
import { currencyCode, instant } from '../payment/payment.schema.js';

export const pushRatesBody = z
  .strictObject({
    rates: z
      .array(
        z.strictObject({
          sourceCurrency: currencyCode,
          targetCurrency: currencyCode,
          rate: z
            .string()
            .max(20)
            .meta({ description: 'Target units for one source unit', examples: ['0.00818040'] }),
          validUntil: instant.optional(),
        }),
      )
      .min(1)
      .max(100),
  })
  .meta({ id: 'PushRates' });
export type PushRates = z.infer<typeof pushRatesBody>;

export const pushedRates = z
  .object({
    items: z.array(
      z.object({
        sourceCurrency: z.string(),
        targetCurrency: z.string(),
        version: z.int().optional(),
        refused: z.string().optional().meta({ description: 'Reason code, when this rate was refused' }),
        detail: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'PushedRates' });
export type PushedRates = z.infer<typeof pushedRates>;

export const withdrawRatesQuery = z.strictObject({
  sourceCurrency: currencyCode.optional(),
  targetCurrency: currencyCode.optional(),
});
export type WithdrawRates = z.infer<typeof withdrawRatesQuery>;

export const withdrawnRates = z.object({ withdrawn: z.int() }).meta({ id: 'WithdrawnRates' });
export type WithdrawnRates = z.infer<typeof withdrawnRates>;
