import { Controller, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Asks, Needs, type CallerRequest } from '../access/access.guard.js';
import { problemOf, refused, served } from '../http/refusal.js';
import { preferredWaitMs } from '../http/request.js';
import { PaymentObserver } from '../payment/payment.observer.js';
import { IsoDesk, type IsoAnswer } from './iso-desk.js';

@Controller('iso20022')
@Needs('payments')
export class IsoController {
  constructor(
    private readonly desk: IsoDesk,
    private readonly observer: PaymentObserver,
  ) {}

  @Post('pacs.008')
  async pay(@Req() request: CallerRequest, @Res() reply: FastifyReply): Promise<void> {
    const waitMs = preferredWaitMs(request);
    const answer = await this.desk.pay(request.caller, xmlBody(request), waitMs, (work) =>
      this.observer.observe('iso20022', request, work),
    );
    if (waitMs > 0) reply.header('preference-applied', `wait=${waitMs / 1000}`);
    send(reply, answer);
  }

  @Post('pacs.028')
  @Asks()
  async status(@Req() request: CallerRequest, @Res() reply: FastifyReply): Promise<void> {
    send(reply, await this.desk.status(request.caller, xmlBody(request)));
  }

  @Post('acmt.023')
  async verify(@Req() request: CallerRequest, @Res() reply: FastifyReply): Promise<void> {
    send(reply, served(await this.desk.verify(request.caller, xmlBody(request))));
  }
}

function xmlBody(request: CallerRequest): Buffer {
  if (Buffer.isBuffer(request.body)) return request.body;
  throw problemOf(refused('unsupported_media_type', 'Send application/xml here.'));
}

function send(reply: FastifyReply, { status, xml }: IsoAnswer): void {
  void reply.status(status).header('content-type', 'application/xml; charset=utf-8').send(xml);
}
