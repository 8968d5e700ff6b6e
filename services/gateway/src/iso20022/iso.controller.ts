import { Controller, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Asks, Needs, type CallerRequest } from '../access/access.guard.js';
import { problemOf, refused } from '../http/refusal.js';
import { preferredWaitMs } from '../http/request.js';
import { PaymentObserver } from '../payment/payment-observer.js';
import { IsoService, unasked, type IsoAnswered } from './iso.service.js';

@Controller('iso20022')
@Needs('payments')
export class IsoController {
  constructor(
    private readonly messages: IsoService,
    private readonly observer: PaymentObserver,
  ) {}

  @Post('pacs.008')
  async pay(@Req() request: CallerRequest, @Res() reply: FastifyReply): Promise<void> {
    const waitMs = preferredWaitMs(request);
    const answered = await this.messages.answer(
      'pacs.008',
      request.caller,
      xmlBody(request),
      waitMs,
      (work) => this.observer.observe('iso20022', request, work),
    );
    if (waitMs > 0) reply.header('preference-applied', `wait=${waitMs / 1000}`);
    send(reply, answered);
  }

  @Post('pacs.028')
  @Asks()
  async status(@Req() request: CallerRequest, @Res() reply: FastifyReply): Promise<void> {
    send(reply, await this.messages.answer('pacs.028', request.caller, xmlBody(request)));
  }

  @Post('acmt.023')
  async verify(@Req() request: CallerRequest, @Res() reply: FastifyReply): Promise<void> {
    const answered = await this.messages.answer('acmt.023', request.caller, xmlBody(request));
    const later = unasked(answered);
    if (later !== undefined) throw problemOf(later);
    send(reply, answered);
  }
}

function xmlBody(request: CallerRequest): Buffer {
  if (Buffer.isBuffer(request.body)) return request.body;
  throw problemOf(refused('unsupported_media_type', 'Send application/xml here.'));
}

function send(response: FastifyReply, { reply }: IsoAnswered): void {
  void response.status(reply.status).header('content-type', reply.contentType).send(reply.body);
}
