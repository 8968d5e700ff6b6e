import { Body, Controller, Post } from '@nestjs/common';
import { ApiTag, Endpoint, served } from '@tonle/http';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import {
  createPaymentCodeBody,
  publicPaymentCode,
  type CreatePaymentCode,
  type PublicPaymentCode,
} from './payment-code.schema.js';
import { PaymentCodeService } from './payment-code.service.js';

@Controller('v1/payment-codes')
@ApiTag('Payments')
@Needs('payments')
export class PaymentCodeController {
  constructor(private readonly codes: PaymentCodeService) {}

  @Post()
  @Endpoint({
    operationId: 'createPaymentCode',
    summary: 'Get a code for a payer to show',
    description:
      "A merchant abroad scans the code from the payer's phone and draws on it: one payment, which you do not send. By asking for " +
      'the code you agree for your customer to whatever is drawn up to `most`. The payment is yours as any other: it is in ' +
      '`GET /v1/payments`, with the id of the code, and in your events.',
    answers: { 200: { description: 'The code', schema: publicPaymentCode } },
    refusals: [
      'corridor_unknown',
      'account_unknown',
      'not_permitted',
      'unknown_currency',
      'malformed_amount',
      'too_many_decimals',
      'amount_not_positive',
      'amount_too_large',
      'corridor_closed',
      'payment_codes_not_served',
      'partner_silent',
    ],
  })
  async issue(
    @SignedBy() { participant }: Caller,
    @Body({ schema: createPaymentCodeBody }) body: CreatePaymentCode,
  ): Promise<PublicPaymentCode> {
    return served(await this.codes.issue(participant, body)).code;
  }
}
