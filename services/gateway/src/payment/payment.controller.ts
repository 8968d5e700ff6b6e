import { Body, Controller, Get, Param, Post, Query, RawBody, Res } from '@nestjs/common';
import { ApiTag, Endpoint, Problem, RequestHeader, served } from '@tonle/http';
import type { FastifyReply } from 'fastify';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { keepAbout, signedParts } from '../http/kept-messages.js';
import { PREFERENCE_APPLIED, preferredWait, traceContext } from '../http/prefer.schema.js';
import { PaymentListService } from './payment-list.service.js';
import { PaymentObserver } from './payment-observer.js';
import {
  createPaymentBody,
  idempotencyKey,
  listPaymentsQuery,
  publicPayment,
  publicPaymentList,
  uuid,
  type CreatePayment,
  type ListPayments,
  type PublicPayment,
  type PublicPaymentList,
} from './payment.schema.js';
import { RestPaymentService } from './rest-payment.service.js';
import { restDialect, type RestReply } from './rest-dialect.js';

export const PAID_HEADERS = { Location: 'Path of the payment', ...PREFERENCE_APPLIED };

/** Sends what became of a payment. Throws the problem when there is none. */
export function answered(written: RestReply | Problem, waitMs: number, reply: FastifyReply): PublicPayment {
  if (written instanceof Problem) throw written;
  reply.status(written.status).header('location', written.payment.links.self);
  if (waitMs > 0) reply.header('preference-applied', `wait=${waitMs / 1000}`);
  return written.payment;
}

@Controller('v1/payments')
@ApiTag('Payments')
@Needs('payments')
export class PaymentController {
  constructor(
    private readonly payments: RestPaymentService,
    private readonly lists: PaymentListService,
    private readonly observer: PaymentObserver,
  ) {}

  @Post()
  @Endpoint({
    operationId: 'createPayment',
    summary: 'Create a payment',
    description:
      'The payment is durable once a response is returned. Repeat the request with the same Idempotency-Key as often as needed; ' +
      'it remains one payment, and the response shows its current status. ' +
      'A payment that fails after it was accepted is returned with status 200, `state: failed` and its `problem`.',
    answers: {
      200: { description: 'The payment has ended', schema: publicPayment, headers: PAID_HEADERS },
      202: { description: 'The payment is under way', schema: publicPayment, headers: PAID_HEADERS },
    },
    refusals: [
      'lookup_unknown',
      'lookup_expired',
      'key_reused',
      'uetr_in_use',
      'duplicate_suspected',
      'quote_unknown',
      'corridor_unknown',
      'corridor_closed',
      'corridor_down',
      'corridor_throttled',
      'amount_mismatch',
      'account_unknown',
      'deadline_passed',
    ],
  })
  async pay(
    @SignedBy() { participant }: Caller,
    @Body({ schema: createPaymentBody }) body: CreatePayment,
    @RawBody() raw: Buffer,
    @RequestHeader('Prefer', preferredWait) waitMs: number,
    @RequestHeader('traceparent', traceContext) trace: string | undefined,
    @RequestHeader('Idempotency-Key', idempotencyKey, 'key_missing') key: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PublicPayment> {
    const headers = signedParts(reply.request);
    const answer = await this.observer.observe('rest', trace, (traceparent) =>
      this.payments.pay({ participant, key, body, raw, headers }, waitMs, traceparent),
    );
    if (answer.kind === 'taken')
      keepAbout(reply, answer.request.paymentId, 'POST /v1/payments', !answer.repeated);
    return answered(restDialect.write(answer), waitMs, reply);
  }

  @Get(':paymentId')
  @Endpoint({
    operationId: 'getPayment',
    summary: 'Get a payment that you sent, or that comes in for your customer',
    answers: { 200: { description: 'The payment', schema: publicPayment } },
    refusals: ['not_found'],
  })
  async show(
    @SignedBy() { participant }: Caller,
    @Param('paymentId', { schema: uuid }) paymentId: string,
  ): Promise<PublicPayment> {
    return served(await this.lists.show(participant.participantId, paymentId)).payment;
  }

  @Get()
  @Endpoint({
    operationId: 'listPayments',
    summary: 'List your payments, newest first',
    description:
      'What you sent and what comes in for your customers, by direction, UETR, partner reference, message id, end-to-end id, ' +
      'state, time of receipt, settlement date or amount. `next` is the cursor of the next page.',
    answers: { 200: { description: 'A page', schema: publicPaymentList } },
    refusals: ['schema_invalid'],
  })
  async list(
    @SignedBy() { participant }: Caller,
    @Query({ schema: listPaymentsQuery }) asked: ListPayments,
  ): Promise<PublicPaymentList> {
    const { kind: _kind, ...page } = served(await this.lists.list(participant.participantId, asked));
    return page;
  }
}
