import type { ParticipantBody } from '@tonle/directory';
import type { PaymentEventMessage, Refusal } from '@tonle/contracts';
import { contentHashOf, type Dialect, type PricedRefund } from '@tonle/door';
import type { Problem } from '@tonle/http';
import { outboundSubmit } from '../payment/instruction.decide.js';
import { restDialect, type RestReply } from '../payment/rest-dialect.js';
import type { CreateRefund } from './refund.schema.js';

/** A request for a refund whose body its schema has read. */
export interface RefundRequest {
  readonly participant: ParticipantBody;
  /** Idempotency-Key. */
  readonly key: string;
  readonly body: CreateRefund;
  readonly raw: Uint8Array;
  /** What its signature was checked with. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** JSON over HTTP: money back to the payer of a payment that the sender's customer got, answered as payments are. */
export const refundDialect = {
  name: 'rest',
  read: (request) => ({
    kind: 'instruction',
    asked: request,
    key: { messageId: request.key, contentHash: refundHash(request) },
  }),
  instruct: (request, found, stamp) => {
    if ('kind' in found) return found;
    const { participant, key, body, raw, headers } = request;
    const { original, debtor, creditor, creditorAgent, quote, cause } = found;
    return {
      kind: 'ok',
      instruction: {
        dialect: 'rest',
        contentHash: refundHash(request),
        raw,
        ...(headers === undefined ? {} : { headers }),
        creditorShown: creditor.name,
        ...(stamp.traceparent === undefined ? {} : { traceparent: stamp.traceparent }),
        submit: outboundSubmit(participant, key, stamp, {
          uetr: body.uetr ?? stamp.uetr,
          corridor: quote.corridor,
          endToEndId: body.endToEndId ?? 'NOTPROVIDED',
          quoteId: quote.quoteId,
          source: quote.source,
          target: quote.target,
          debtor,
          creditor,
          creditorAgent,
          ...(body.reason === undefined ? {} : { remittance: body.reason }),
          refundOf: original,
          refundCause: cause,
          acceptedAt: new Date(stamp.nowMs).toISOString(),
        }),
      },
    };
  },
  write: (answer) => restDialect.write(answer),
} satisfies Dialect<
  RefundRequest,
  PricedRefund | Refusal,
  PaymentEventMessage,
  RefundRequest,
  RestReply | Problem
>;

/** What is asked for makes it the same request, never what is left by then (decisions 24). */
function refundHash({ body }: RefundRequest): Buffer {
  return contentHashOf(['refund', body]);
}
