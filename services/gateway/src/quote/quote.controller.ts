import { Body, Controller, Post } from '@nestjs/common';
import { ApiTag, Endpoint, served } from '@tonle/http';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { createQuoteBody, publicQuote, type CreateQuote, type PublicQuote } from './quote.schema.js';
import { QuoteService } from './quote.service.js';

@Controller('v1/quotes')
@ApiTag('Payments')
@Needs('payments')
export class QuoteController {
  constructor(private readonly quotes: QuoteService) {}

  @Post()
  @Endpoint({
    summary: 'Get a quote',
    description:
      'The cheapest provider for this amount, why the others were not chosen, and when the quote expires. A quote can be used only once.',
    answers: { 200: { description: 'The quote', schema: publicQuote } },
    refusals: [
      'unknown_currency',
      'malformed_amount',
      'too_many_decimals',
      'amount_not_positive',
      'amount_too_large',
      'lookup_unknown',
      'qr_expired',
      'amount_mismatch',
      'corridor_unknown',
      'corridor_closed',
      'no_quote_available',
      'participant_unknown',
    ],
  })
  async quote(
    @SignedBy() { participant }: Caller,
    @Body({ schema: createQuoteBody }) body: CreateQuote,
  ): Promise<PublicQuote> {
    return served(await this.quotes.quote(participant.participantId, body)).quote;
  }
}
