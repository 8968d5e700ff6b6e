import { Controller, Delete, HttpCode, Post, Query, Req } from '@nestjs/common';
import { z } from 'zod';
import { fxCalls } from '@tonle/contracts';
import { Needs, type CallerRequest } from '../access/access.guard.js';
import { OtherServices } from '../http/other-services.js';
import { problemOf, refused } from '../http/refusal.js';
import { jsonBody, parameters } from '../http/request.js';
import { optional } from '../payment/order.decide.js';
import { instant } from '../payment/payment.schema.js';

const code = z.string().regex(/^[A-Z]{3}$/);

export const pushRatesBody = z
  .strictObject({
    rates: z
      .array(
        z.strictObject({
          sourceCurrency: code,
          targetCurrency: code,
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

export const pushedRates = z
  .object({
    items: z.array(
      z.object({
        sourceCurrency: z.string(),
        targetCurrency: z.string(),
        version: z.int().optional(),
        refused: z.string().optional().meta({ description: 'Reason, when this rate was not taken' }),
        detail: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'PushedRates' });
type PushedRates = z.infer<typeof pushedRates>;

export const withdrawRatesQuery = z.strictObject({
  sourceCurrency: code.optional(),
  targetCurrency: code.optional(),
});
export const withdrawnRates = z.object({ withdrawn: z.int() }).meta({ id: 'WithdrawnRates' });

/** Standing rates of the FX provider that signs. */
@Controller('v1/fx/rates')
@Needs('rates')
export class RateController {
  constructor(private readonly services: OtherServices) {}

  @Post()
  @HttpCode(200)
  async push(@Req() request: CallerRequest): Promise<PushedRates> {
    const { rates } = jsonBody(pushRatesBody, request);
    const provider = request.caller.participant.participantId;
    const { items } = await this.services.calls.call(fxCalls.pushRates, { provider, rates });
    const answer: PushedRates['items'] = items.map((item, index) => {
      const { sourceCurrency, targetCurrency } = rates[index]!;
      if (item.kind === 'accepted') return { sourceCurrency, targetCurrency, version: item.version };
      return { sourceCurrency, targetCurrency, refused: item.reason, ...optional('detail', item.detail) };
    });
    const first = items[0];
    if (first?.kind === 'refused' && items.every(({ kind }) => kind === 'refused')) {
      const errors = answer.map((item, index) => ({
        path: `/rates/${index}`,
        message: item.detail ?? item.refused!,
      }));
      throw problemOf(refused(first.reason, undefined, errors));
    }
    return { items: answer };
  }

  @Delete()
  async withdraw(@Req() request: CallerRequest, @Query() query: unknown): Promise<{ withdrawn: number }> {
    const pair = parameters(withdrawRatesQuery, query);
    return this.services.calls.call(fxCalls.withdrawRates, {
      provider: request.caller.participant.participantId,
      ...pair,
    });
  }
}
