import { Body, Controller, Post, RawBody, Res } from '@nestjs/common';
import { ApiTag, Endpoint, RequestHeader } from '@tonle/http';
import type { FastifyReply } from 'fastify';
import { GivesBack, Needs, SignedBy, type Caller } from '../access/access.js';
import { keepAbout, signedParts } from '../http/kept-messages.js';
import { preferredWait, traceContext } from '../http/prefer.schema.js';
import { answered, PAID_HEADERS } from '../payment/payment.controller.js';
import { PaymentObserver } from '../payment/payment-observer.js';
import { idempotencyKey, publicPayment, type PublicPayment } from '../payment/payment.schema.js';
import { refundDialect } from './refund-dialect.js';
import { createRefundBody, type CreateRefund } from './refund.schema.js';
import { RestRefundService } from './rest-refund.service.js';

@Controller('v1/refunds')
@ApiTag('Payments')
@Needs('payments')
export class RefundController {
  constructor(
    private readonly refunds: RestRefundService,
    private readonly observer: PaymentObserver,
  ) {}

  @Post()
  @GivesBack()
  @Endpoint({
    operationId: 'createRefund',
    summary: 'Give a payment back that your customer got',
    description:
      'All of it or a part, to its payer. A refund is a payment of its own the other way: it has its own id, is shown and listed as ' +
      'payments are, and names the payment that it gives back as `refundOf`. Its amounts are those of a quote that is made for it. ' +
      'Repeat the request with the same Idempotency-Key as often as needed; it remains one refund.',
    answers: {
      200: { description: 'The refund has ended', schema: publicPayment, headers: PAID_HEADERS },
      202: { description: 'The refund is under way', schema: publicPayment, headers: PAID_HEADERS },
    },
    refusals: [
      'original_unknown',
      'original_not_completed',
      'original_not_paid',
      'refund_not_served',
      'refund_too_late',
      'already_refunded',
      'refund_exceeds',
      'refund_fault_not_found',
      'unknown_currency',
      'malformed_amount',
      'too_many_decimals',
      'amount_not_positive',
      'amount_too_large',
      'amount_too_small',
      'key_reused',
      'uetr_in_use',
      'quote_unknown',
      'corridor_unknown',
      'no_quote_available',
      'no_provider',
      'liquidity_short',
    ],
  })
  async refund(
    @SignedBy() { participant }: Caller,
    @Body({ schema: createRefundBody }) body: CreateRefund,
    @RawBody() raw: Buffer,
    @RequestHeader('Prefer', preferredWait) waitMs: number,
    @RequestHeader('traceparent', traceContext) trace: string | undefined,
    @RequestHeader('Idempotency-Key', idempotencyKey, 'key_missing') key: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PublicPayment> {
    const headers = signedParts(reply.request);
    const answer = await this.observer.observe('rest', trace, (traceparent) =>
      this.refunds.pay({ participant, key, body, raw, headers }, waitMs, traceparent),
    );
    if (answer.kind === 'taken')
      keepAbout(reply, answer.request.paymentId, 'POST /v1/refunds', !answer.repeated);
    return answered(refundDialect.write(answer), waitMs, reply);
  }
}
