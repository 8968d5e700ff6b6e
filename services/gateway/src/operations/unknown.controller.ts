import { Controller, Get, Inject } from '@nestjs/common';
import { routingCalls } from '@tonle/contracts';
import { ApiTag, CALLS, Endpoint } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import { Needs } from '../access/access.js';
import { showAmount } from '../http/public-amount.js';
import { publicUnknowns, type PublicUnknowns } from './unknown.schema.js';

/** Payments whose outcome is not known (domain 6.12): operations look at their age, finance at what no window has. */
@Controller('v1/ops/unknowns')
@ApiTag('Operations')
@Needs('ops')
export class UnknownController {
  constructor(@Inject(CALLS) private readonly calls: ServiceCalls) {}

  @Get()
  @Endpoint({
    operationId: 'listUnknowns',
    summary:
      'List payments whose outcome is not known, oldest first, and how many and how much by age and network',
    description: 'They are in no settlement window; one that completes is in the window of its completion.',
    answers: { 200: { description: 'Payments and counts', schema: publicUnknowns } },
  })
  async unknowns(): Promise<PublicUnknowns> {
    const { payments, counts } = await this.calls.call(routingCalls.unknowns, {});
    return {
      payments: payments.map(({ amount, ...rest }) => ({ ...rest, amount: showAmount(amount) })),
      counts: counts.map(({ minor, ...rest }) => ({
        ...rest,
        amount: showAmount({ currency: rest.currency, minor }),
      })),
    };
  }
}
