import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { refused, routingCalls } from '@tonle/contracts';
import { ApiTag, CALLS, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { doneAnswer, type Done } from '../operations/operations.schema.js';
import { uuid } from '../payment/payment.schema.js';
import { findSwitchFaultBody, type FindSwitchFault } from './refund.schema.js';

/** Whose fault it was that a payment is given back: that it was ours, only operators say. */
@Controller('v1/ops/payments')
@ApiTag('Operations')
@Needs('ops')
export class SwitchFaultController {
  constructor(@Inject(CALLS) private readonly calls: ServiceCalls) {}

  @Post(':paymentId/switch-fault')
  @HttpCode(200)
  @Endpoint({
    operationId: 'findSwitchFault',
    summary: 'Find this switch at fault with a completed payment',
    description:
      'Moves nothing by itself: a refund of the payment may say `switch` from then on, and the scheme bears what it costs. It stays found.',
    answers: { 200: { description: 'Found', schema: doneAnswer } },
    refusals: ['not_found', 'original_not_completed', 'refund_not_served'],
  })
  async find(
    @SignedBy() { keyId: operator, participant: { participantId: participant } }: Caller,
    @Param('paymentId', { schema: uuid }) paymentId: string,
    @Body({ schema: findSwitchFaultBody }) found: FindSwitchFault,
  ): Promise<Done> {
    const answer = await this.calls.call(routingCalls.findSwitchFault, {
      paymentId,
      operator,
      participant,
      ...found,
    });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { done: true };
  }
}
