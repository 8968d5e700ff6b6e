import type { Corridor, ParticipantBody } from '@tonle/directory';
import { refused, type PaymentEventMessage, type Quote } from '@tonle/contracts';
import type { Dialect } from '@tonle/door';
import { type Problem, problemOf } from '@tonle/http';
import type { Lookup } from '../lookup/lookup.js';
import {
  outboundRefusal,
  payableRefusal,
  restContentHash,
  restInstruction,
  type NamedPayment,
} from './instruction.decide.js';
import type { PublicPayment } from './payment.schema.js';
import { showPayment } from './payment.view.js';

/** A payment request whose body its schema has read, and whose debtor's account has a kind. */
export interface RestRequest {
  readonly participant: ParticipantBody;
  /** Idempotency-Key. */
  readonly key: string;
  readonly body: NamedPayment;
  readonly raw: Uint8Array;
  /** What its signature was checked with. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a request names, as far as it was found. */
export interface RestFound {
  readonly lookup: Lookup | undefined;
  readonly quote: Quote | undefined;
  readonly corridor: Corridor | undefined;
}

/** 200: the payment has ended; 202: it is being worked on. */
export interface RestReply {
  readonly status: 200 | 202;
  readonly payment: PublicPayment;
}

/** JSON over HTTP: a payment to a looked-up payee with a quote, answered by the payment or by a problem document. */
export const restDialect = {
  name: 'rest',
  read: (request) => ({
    kind: 'instruction',
    asked: request,
    key: { messageId: request.key, contentHash: restContentHash(request.body) },
  }),
  instruct: (request, { lookup, quote, corridor }, stamp) => {
    const refusal =
      payableRefusal(lookup, quote, corridor, stamp.nowMs) ?? outboundRefusal(quote!, corridor!);
    if (refusal !== undefined) return refusal;
    const found = { lookup: lookup!, quote: quote!, corridor: corridor! };
    return { kind: 'ok', instruction: restInstruction(request.participant, request, found, stamp) };
  },
  write: (answer) => {
    if (answer.kind === 'refused') return problemOf(answer);
    if (answer.kind !== 'taken') return problemOf(refused('not_found'));
    const payment = showPayment(answer);
    return { status: payment.state === 'processing' ? 202 : 200, payment };
  },
} satisfies Dialect<RestRequest, RestFound, PaymentEventMessage, RestRequest, RestReply | Problem>;
