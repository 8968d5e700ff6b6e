import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { Needs, type CallerRequest } from '../access/access.guard.js';
import { served } from '../http/refusal.js';
import { jsonBody } from '../http/request.js';
import { QuoteDesk } from './quote-desk.js';
import { createQuoteBody, type PublicQuote } from './quote.schema.js';

@Controller('v1/quotes')
@Needs('payments')
export class QuoteController {
  constructor(private readonly desk: QuoteDesk) {}

  @Post()
  @HttpCode(200)
  async quote(@Req() request: CallerRequest): Promise<PublicQuote> {
    const body = jsonBody(createQuoteBody, request);
    return served(await this.desk.quote(request.caller.participant.participantId, body)).quote;
  }
}
