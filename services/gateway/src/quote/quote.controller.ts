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
    operationId: 'createQuote',
    summary: 'Get a quote',
    description:
      'The cheapest provider for this amount, why the others were not chosen, and when the quote expires: never later than ' +
      'the lookup it was requested for. A quote can be used only once. It is not bound to its lookup: it can pay any payee of ' +
      'its corridor that takes its currency and, if the QR code fixes one, its amount.',
    answers: { 200: { description: 'The quote', schema: publicQuote } },
    refusals: [
      'unknown_currency',
      'malformed_amount',
      'too_many_decimals',
      'amount_not_positive',
      'amount_too_large',
      'lookup_unknown',
      'lookup_expired',
      'qr_expired',
      'amount_mismatch',
      'corridor_unknown',
      'corridor_closed',
      'limit_per_payment',
      'rate_differs',
      'quote_expired',
      'no_quote_available',
      'no_provider',
      'amount_too_small',
      'liquidity_short',
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
