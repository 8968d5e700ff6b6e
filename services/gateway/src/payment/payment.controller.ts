import { Controller, Get, Headers, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Needs, type CallerRequest } from '../access/access.guard.js';
import { jsonBody, parameters, preferredWaitMs } from '../http/request.js';
import { problemOf, refused, served } from '../http/refusal.js';
import { PaymentObserver } from './payment.observer.js';
import { newestOf, PaymentDesk, type Taken } from './payment-desk.js';
import {
  createPaymentBody,
  idempotencyKey,
  listPaymentsQuery,
  uuid,
  type PublicPayment,
} from './payment.schema.js';
import { showPayment } from './payment.view.js';

@Controller('v1/payments')
@Needs('payments')
export class PaymentController {
  constructor(
    private readonly desk: PaymentDesk,
    private readonly observer: PaymentObserver,
  ) {}

  @Post()
  async pay(
    @Req() request: CallerRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<PublicPayment> {
    if (key === undefined) throw problemOf(refused('key_missing'));
    const messageId = parameters(idempotencyKey, key);
    const body = jsonBody(createPaymentBody, request);
    const waitMs = preferredWaitMs(request);
    const taken = await this.observer.observe('rest', request, (traceparent) =>
      this.desk.pay(request.caller, messageId, body, request.rawBody!, waitMs, traceparent),
    );
    const payment = shown(served(taken));
    reply.status(payment.state === 'processing' ? 202 : 200).header('location', payment.links.self);
    if (waitMs > 0) reply.header('preference-applied', `wait=${waitMs / 1000}`);
    return payment;
  }

  @Get(':paymentId')
  async show(@Req() request: CallerRequest, @Param('paymentId') paymentId: string): Promise<PublicPayment> {
    const id = parameters(uuid, paymentId);
    return shown(served(await this.desk.show(request.caller.participant.participantId, id)));
  }

  @Get()
  async list(
    @Req() request: CallerRequest,
    @Query() query: unknown,
  ): Promise<{ payments: PublicPayment[]; next?: string }> {
    const asked = parameters(listPaymentsQuery, query);
    const { items, next } = await this.desk.list(request.caller.participant.participantId, asked);
    const payments = items
      .map(shown)
      // The row may be behind routing: what has ended since is no longer processing.
      .filter((payment) => asked.state === undefined || asked.state === payment.state);
    return { payments, ...(next === undefined ? {} : { next }) };
  }
}

function shown(taken: Taken): PublicPayment {
  return showPayment(taken.request, newestOf(taken));
}
