import { Controller, Get, Headers, Param, Post, Query, Req, Res } from '@nestjs/common';
import { Problem } from '@tonle/http';
import type { FastifyReply } from 'fastify';
import { Needs, type CallerRequest } from '../access/access.guard.js';
import { jsonBody, parameters, preferredWaitMs } from '../http/request.js';
import { problemOf, refused, served } from '../http/refusal.js';
import { PaymentObserver } from './payment-observer.js';
import {
  createPaymentBody,
  idempotencyKey,
  listPaymentsQuery,
  uuid,
  type PublicPayment,
} from './payment.schema.js';
import { PaymentService } from './payment.service.js';
import { showPayment } from './payment.view.js';
import { restDialect } from './rest-dialect.js';

@Controller('v1/payments')
@Needs('payments')
export class PaymentController {
  constructor(
    private readonly payments: PaymentService,
    private readonly observer: PaymentObserver,
  ) {}

  @Post()
  async pay(
    @Req() request: CallerRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<PublicPayment> {
    if (key === undefined) throw problemOf(refused('key_missing'));
    const asked = {
      participant: request.caller.participant,
      key: parameters(idempotencyKey, key),
      body: jsonBody(createPaymentBody, request),
      raw: request.rawBody!,
    };
    const waitMs = preferredWaitMs(request);
    const answer = await this.observer.observe('rest', request, (traceparent) =>
      this.payments.pay(asked, waitMs, traceparent),
    );
    const written = restDialect.write(answer);
    if (written instanceof Problem) throw written;
    reply.status(written.status).header('location', written.payment.links.self);
    if (waitMs > 0) reply.header('preference-applied', `wait=${waitMs / 1000}`);
    return written.payment;
  }

  @Get(':paymentId')
  async show(@Req() request: CallerRequest, @Param('paymentId') paymentId: string): Promise<PublicPayment> {
    const id = parameters(uuid, paymentId);
    return showPayment(served(await this.payments.show(request.caller.participant.participantId, id)));
  }

  @Get()
  async list(
    @Req() request: CallerRequest,
    @Query() query: unknown,
  ): Promise<{ payments: PublicPayment[]; next?: string }> {
    const asked = parameters(listPaymentsQuery, query);
    const { items, next } = await this.payments.list(request.caller.participant.participantId, asked);
    const payments = items
      .map(showPayment)
      // The row may be behind routing: what has ended since is no longer processing.
      .filter((payment) => asked.state === undefined || asked.state === payment.state);
    return { payments, ...(next === undefined ? {} : { next }) };
  }
}
