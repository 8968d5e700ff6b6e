import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { problem, schemaProblem } from '@tonle/http';
import type { DoorRequest } from './door.guard.js';
import { PaymentDesk, type DoorReply } from './payment.desk.js';
import { QuoteDesk } from './quote.desk.js';
import { quoteBody, resolveBody, type ShownPayee, type ShownQuote } from './quote.js';

/** The partner network calls here in its own dialect (decisions 13). */
@Controller()
export class DoorController {
  constructor(
    private readonly payments: PaymentDesk,
    private readonly quotes: QuoteDesk,
  ) {}

  @Post('qr/resolve')
  @HttpCode(200)
  async resolve(@Req() request: DoorRequest): Promise<ShownPayee> {
    return this.quotes.resolve(parse(resolveBody, request.body), bytesOf(request));
  }

  @Post('quotes')
  @HttpCode(200)
  async quote(@Req() request: DoorRequest): Promise<{ quote: ShownQuote }> {
    return this.quotes.quote(parse(quoteBody, request.body), bytesOf(request));
  }

  @Post('iso20022/pacs.008')
  async pay(@Req() request: DoorRequest, @Res() reply: FastifyReply): Promise<void> {
    await send(reply, await this.payments.pay(bytesOf(request), request.headers));
  }

  @Post('iso20022/pacs.028')
  async status(@Req() request: DoorRequest, @Res() reply: FastifyReply): Promise<void> {
    await send(reply, await this.payments.status(bytesOf(request), request.headers));
  }

  /** A late call-back about a payment that we sent. */
  @Post('iso20022/pacs.002')
  async callBack(@Req() request: DoorRequest, @Res() reply: FastifyReply): Promise<void> {
    await send(reply, await this.payments.callBack(bytesOf(request), request.headers));
  }
}

const XML = 'application/xml';

async function send(reply: FastifyReply, { status, body }: DoorReply): Promise<void> {
  await reply.status(status).header('content-type', XML).send(body);
}

function bytesOf(request: DoorRequest): Uint8Array {
  if (request.rawBody === undefined || request.rawBody.length === 0)
    throw problem('malformed_xml', 'the body is empty');
  return request.rawBody;
}

function parse<T>(
  schema: {
    safeParse(
      value: unknown,
    ):
      { success: true; data: T } | { success: false; error: { issues: Parameters<typeof schemaProblem>[0] } };
  },
  body: unknown,
): T {
  const read = schema.safeParse(body);
  if (!read.success) throw schemaProblem(read.error.issues);
  return read.data;
}
