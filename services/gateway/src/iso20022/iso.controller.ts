import { Body, Controller, Post, Res } from '@nestjs/common';
import type { Reason, Refusal } from '@tonle/contracts';
import { ApiTag, Endpoint, RequestHeader, served, xmlBody, type DeclaredAnswer } from '@tonle/http';
import type { RawMessage } from '@tonle/door';
import type { FastifyReply } from 'fastify';
import { Asks, GivesBack, Needs, SignedBy, type Caller } from '../access/access.js';
import { keepAbout, signedParts } from '../http/kept-messages.js';
import { PREFERENCE_APPLIED, preferredWait, traceContext } from '../http/prefer.schema.js';
import { PaymentObserver } from '../payment/payment-observer.js';
import { IsoService, type IsoAnswered } from './iso.service.js';

type Message = string | Uint8Array;

/** An answer in XML. */
export const xml = (
  description: string,
  headers?: Readonly<Record<string, string>>,
): DeclaredAnswer<Message> => ({
  description,
  mediaType: 'application/xml',
  ...(headers === undefined ? {} : { headers }),
});
const BAD_REQUEST = 400;
export const UNREADABLE = 'admi.002.001.01: the message cannot be read, and where';

/** How a message is sent: what its XML schema does not say. */
export const bodyOf = (name: string, versions: readonly string[]): string =>
  `${name} in version ${versions.join(', ')}: a \`Document\` in its namespace (\`urn:iso:std:iso:20022:tech:xsd:${name}.${versions[0]}\` ...), ` +
  'valid by the schema of ISO 20022, UTF-8, with or without a business header `AppHdr` (head.001) before it in one root. ' +
  'One transaction per message; no DTD.';

const RETURNING: readonly Reason[] = [
  'element_missing',
  'original_unknown',
  'original_not_completed',
  'original_not_paid',
  'refund_not_served',
  'refund_too_late',
  'already_refunded',
  'refund_exceeds',
  'unknown_currency',
  'key_reused',
];
const PAYING: readonly Reason[] = [
  'element_missing',
  'participant_unknown',
  'rate_differs',
  'unknown_currency',
  'key_reused',
  'uetr_in_use',
  'quote_unknown',
  'corridor_unknown',
  'corridor_closed',
  'amount_mismatch',
  'account_unknown',
  'deadline_passed',
];

@Controller('iso20022')
@ApiTag('ISO 20022')
@Needs('payments')
export class IsoController {
  constructor(
    private readonly messages: IsoService,
    private readonly observer: PaymentObserver,
  ) {}

  @Post('pacs.008')
  @Endpoint({
    operationId: 'sendPacs008',
    summary: 'Create a payment (pacs.008.001.08, .12 or .13)',
    description:
      'Answered by pacs.002 of the same family: .08 by .10, .12 by .14, .13 by .15. ' +
      'The quote id is given in AgrdRate/QtId (.13) or as `/QUOT/<id>` in InstrForNxtAgt. ' +
      'MsgId and UETR are the key of the request: a retry returns the same payment, different content is answered RJCT DUPL. ' +
      `A payment that is refused is answered RJCT, and its text begins with one of these codes: ${PAYING.map((code) => `\`${code}\``).join(', ')}.`,
    body: bodyOf('pacs.008', ['001.08', '001.12', '001.13']),
    answers: {
      200: xml('pacs.002: the payment has ended (ACCC), or was refused (RJCT)', PREFERENCE_APPLIED),
      202: xml('pacs.002: the payment is under way', PREFERENCE_APPLIED),
      400: xml(UNREADABLE, PREFERENCE_APPLIED),
    },
    refusals: ['corridor_throttled', 'corridor_down'],
  })
  async pay(
    @SignedBy() caller: Caller,
    @Body({ schema: xmlBody }) bytes: Buffer,
    @RequestHeader('Prefer', preferredWait) waitMs: number,
    @RequestHeader('traceparent', traceContext) trace: string | undefined,
    @Res({ passthrough: true }) response: FastifyReply,
  ): Promise<Message> {
    return this.paid('pacs.008', caller, bytes, { waitMs, trace, response });
  }

  @Post('pacs.004')
  @GivesBack()
  @Endpoint({
    operationId: 'sendPacs004',
    summary: 'Give a payment back that your customer got (pacs.004.001.09, .13 or .14)',
    description:
      'All of it or a part, as `POST /v1/refunds` does. The payment is named by its UETR, else by the message id of the network that sent it, ' +
      'or the end-to-end id; RtrdIntrBkSttlmAmt is in the currency that its payee got. MsgId is the key of the request: a retry returns the ' +
      'same refund, different content is answered RJCT DUPL. The reason of the return, and its words, are passed on to the payer. ' +
      `One that is refused is answered RJCT, and its text begins with one of these codes: ${RETURNING.map((code) => `\`${code}\``).join(', ')}.`,
    body: bodyOf('pacs.004', ['001.09', '001.13', '001.14']),
    answers: {
      200: xml('pacs.002: the refund has ended (ACCC), or was refused (RJCT)', PREFERENCE_APPLIED),
      202: xml('pacs.002: the refund is under way', PREFERENCE_APPLIED),
      400: xml(UNREADABLE, PREFERENCE_APPLIED),
    },
  })
  async giveBack(
    @SignedBy() caller: Caller,
    @Body({ schema: xmlBody }) bytes: Buffer,
    @RequestHeader('Prefer', preferredWait) waitMs: number,
    @RequestHeader('traceparent', traceContext) trace: string | undefined,
    @Res({ passthrough: true }) response: FastifyReply,
  ): Promise<Message> {
    return this.paid('pacs.004', caller, bytes, { waitMs, trace, response });
  }

  @Post('pacs.028')
  @Asks()
  @Endpoint({
    operationId: 'sendPacs028',
    summary: "Query a payment's status (pacs.028.001.03, .05 or .06)",
    description:
      'By UETR, original message id or end-to-end id. For an unknown payment the answer has no status, and reason AG09.',
    body: bodyOf('pacs.028', ['001.03', '001.05', '001.06']),
    answers: {
      200: xml('pacs.002 of the same family: .03 by .10, .05 by .14, .06 by .15'),
      400: xml(UNREADABLE),
    },
  })
  async status(
    @SignedBy() caller: Caller,
    @Body({ schema: xmlBody }) bytes: Buffer,
    @Res({ passthrough: true }) response: FastifyReply,
  ): Promise<Message> {
    const answered = await this.messages.answer('pacs.028', caller, messageOf(response, bytes));
    return written(response, answered, 'pacs.028');
  }

  @Post('acmt.023')
  @Endpoint({
    operationId: 'sendAcmt023',
    summary: 'Verify an account or proxy (acmt.023.001.02 to .04)',
    body: bodyOf('acmt.023', ['001.02', '001.03', '001.04']),
    answers: {
      200: xml('acmt.024: whether it is there, and the name to show'),
      400: xml(UNREADABLE),
      429: xml('admi.002 with `lookups_exhausted`: nobody was asked about the payee; or a problem document'),
    },
    refusals: ['partner_silent'],
  })
  async verify(
    @SignedBy() caller: Caller,
    @Body({ schema: xmlBody }) bytes: Buffer,
    @Res({ passthrough: true }) response: FastifyReply,
  ): Promise<Message> {
    const answered = await this.messages.answer('acmt.023', caller, messageOf(response, bytes));
    return written(response, answered, 'acmt.023');
  }

  private async paid(
    family: 'pacs.008' | 'pacs.004',
    caller: Caller,
    bytes: Buffer,
    { waitMs, trace, response }: { waitMs: number; trace: string | undefined; response: FastifyReply },
  ): Promise<Message> {
    const answered = await this.messages.answer(family, caller, messageOf(response, bytes), waitMs, (work) =>
      this.observer.observe('iso20022', trace, work),
    );
    if (waitMs > 0) response.header('preference-applied', `wait=${waitMs / 1000}`);
    return written(response, answered, family);
  }
}

function messageOf({ request }: FastifyReply, bytes: Buffer): RawMessage {
  return { bytes, headers: signedParts(request) };
}

function written(response: FastifyReply, answered: IsoAnswered | Refusal, family: string): Message {
  const { reply, answer } = served(answered);
  if (answer?.kind === 'taken')
    keepAbout(response, answer.request.paymentId, family, family !== 'pacs.028' && !answer.repeated);
  const retryAfterS = answer?.kind === 'refused' ? answer.retryAfterS : undefined;
  // A rejection is the end of its message.
  if (retryAfterS !== undefined && reply.status >= BAD_REQUEST)
    void response.header('retry-after', String(retryAfterS));
  void response.status(reply.status).header('content-type', reply.contentType);
  return reply.body;
}
