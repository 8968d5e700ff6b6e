import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTag, Endpoint, served, xmlBody } from '@tonle/http';
import type { FastifyReply } from 'fastify';
import { GivesBack, Needs, SignedBy, type Caller } from '../access/access.js';
import { keepAbout } from '../http/kept-messages.js';
import { bodyOf, UNREADABLE, xml } from '../iso20022/iso.controller.js';
import { IsoRecallService, type BankRecallAnswered } from './iso-recall.service.js';

@Controller('iso20022')
@ApiTag('ISO 20022')
@Needs('payments')
export class IsoRecallController {
  constructor(private readonly recalls: IsoRecallService) {}

  @GivesBack()
  @Post('camt.056')
  @HttpCode(200)
  @Endpoint({
    operationId: 'sendCamt056',
    summary: 'Ask back a payment that you sent (camt.056.001.08 to .11)',
    description:
      'Answered by how the recall stands: pending (PDCR), accepted (CNCL), or refused (RJCR) with the reason; one that is refused ' +
      'here says why in a text that begins with a code. The same message again is answered by how it stands then. ' +
      'The payment is named by its UETR, message id or end-to-end id.',
    body: bodyOf('camt.056', ['001.08', '001.09', '001.10', '001.11']),
    answers: {
      200: xml('camt.029 of the same release: .08 by .09, .09 by .10, .10 by .12, .11 by .13'),
      400: xml(UNREADABLE),
    },
  })
  async ask(
    @SignedBy() caller: Caller,
    @Body({ schema: xmlBody }) bytes: Buffer,
    @Res({ passthrough: true }) response: FastifyReply,
  ): Promise<string | Uint8Array> {
    return written(response, await this.recalls.ask(caller, bytes), 'camt.056');
  }

  @GivesBack()
  @Post('camt.029')
  @HttpCode(202)
  @Endpoint({
    operationId: 'sendCamt029',
    summary: 'Answer a recall of a payment that your customer got (camt.029.001.09 to .13)',
    description:
      'The case is the id of the recall without hyphens, or that of whoever asks. Accepted (ACCR, CNCL) gives back all that is left.',
    body: bodyOf('camt.029', ['001.09', '001.10', '001.11', '001.12', '001.13']),
    answers: { 202: xml('Taken'), 400: xml(UNREADABLE) },
    refusals: [
      'recall_unknown',
      'recall_ended',
      'refund_too_late',
      'already_refunded',
      'partner_rejected',
      'partner_unreachable',
      'schema_invalid',
    ],
  })
  async hear(
    @SignedBy() caller: Caller,
    @Body({ schema: xmlBody }) bytes: Buffer,
    @Res({ passthrough: true }) response: FastifyReply,
  ): Promise<string | Uint8Array> {
    return written(response, await this.recalls.hear(caller, bytes), 'camt.029');
  }
}

function written(
  response: FastifyReply,
  { reply, paymentId }: BankRecallAnswered,
  family: string,
): string | Uint8Array {
  if (paymentId !== undefined) keepAbout(response, paymentId, family, false);
  const { status, contentType, body } = 'kind' in reply ? served(reply) : reply;
  void response.status(status).header('content-type', contentType);
  return body;
}
