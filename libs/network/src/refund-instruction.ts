import { lateBy, refused, refusedTime, type PaymentSubmit, type Refusal } from '@tonle/contracts';
import { contentHashOf, type Instruction, type PricedRefund, type RawMessage, type Stamp } from '@tonle/door';
import type { AskedRefund, InboundFound } from './inbound.js';
import { SIGNATURE_HEADERS } from './signature.js';
import { pickHeaders } from './wire.js';

/** A network's message that gives back what we paid there, or cancels it, once its dialect has read it. */
export interface RefundMessage {
  readonly dialect: string;
  /** The network's id of the refund: it makes a repeat known. */
  readonly messageId: string;
  /** At most 35 characters. */
  readonly endToEndId: string;
  readonly transactionId?: string;
  readonly refund: AskedRefund;
  /** Why, in words for the one who is paid. */
  readonly remittance?: string;
  readonly partnerTerms?: PaymentSubmit['partnerTerms'];
  /** When the network sent it, epoch ms; absent: it may come at any time, until the network has an answer. */
  readonly sentMs?: number;
  /** Not taken later than this after it was sent, ms: the network may hold a not-found for final then (domain 6.7). */
  readonly acceptanceMs?: number;
  /** The network's own deadline, epoch ms. */
  readonly expiresMs?: number;
  readonly message: RawMessage;
}

/** What makes the refund, whatever its bytes, its time and what is left by now: a repeat has the same (decisions 24). */
export function refundContentHash({
  messageId,
  refund,
}: Pick<RefundMessage, 'messageId' | 'refund'>): Buffer {
  const { externalRef, partnerRef = '', amount } = refund;
  return contentHashOf(['refund', messageId, externalRef === '' ? partnerRef : externalRef, amount]);
}

/**
 * Makes it an instruction to pay the original's payer, or refuses it: too late, or whatever kept its original from being
 * found and priced. All else routing decides. Pure.
 */
export function refundInstruction(
  asked: RefundMessage,
  { corridor, refund, refusal }: InboundFound,
  stamp: Stamp,
): { readonly kind: 'ok'; readonly instruction: Instruction } | Refusal {
  const { message, dialect, sentMs, acceptanceMs } = asked;
  const takeBeforeMs = sentMs === undefined || acceptanceMs === undefined ? undefined : sentMs + acceptanceMs;
  if (takeBeforeMs !== undefined && stamp.nowMs >= takeBeforeMs) {
    const words = lateBy(stamp.nowMs - takeBeforeMs, `it had to arrive within ${acceptanceMs! / 1000} s`);
    return refusedTime('deadline_passed', 'acceptedAt', words);
  }
  if (refund === undefined) return refusal ?? refused('original_unknown');
  const instruction: Instruction = {
    submit: submitOf(asked, refund, corridor.partner.participant, stamp),
    contentHash: refundContentHash(asked),
    raw: message.bytes,
    headers: pickHeaders(message.headers, SIGNATURE_HEADERS),
    dialect,
    creditorShown: refund.creditor.name,
    ...(takeBeforeMs !== undefined && { takeBeforeMs }),
    ...(stamp.traceparent !== undefined && { traceparent: stamp.traceparent }),
  };
  return { kind: 'ok', instruction };
}

function submitOf(
  { messageId, endToEndId, transactionId, remittance, partnerTerms, sentMs, expiresMs }: RefundMessage,
  { original, debtor, debtorAgent, creditor, creditorAgent, quote, cause }: PricedRefund,
  sender: string,
  { paymentId, uetr, nowMs, service, instance }: Stamp,
): PaymentSubmit {
  return {
    paymentId,
    uetr,
    direction: 'inbound',
    // That of the original, whichever others the network has.
    corridor: quote.corridor,
    sender,
    messageId,
    endToEndId,
    transactionId,
    quoteId: quote.quoteId,
    source: quote.source,
    target: quote.target,
    debtor,
    debtorAgent,
    creditor,
    creditorAgent,
    remittance,
    partnerTerms,
    // The network gives it from the payee's money or its own: its message says that it is there (domain 6.10).
    payerSecured: true,
    refundOf: original,
    refundCause: cause,
    acceptedAt: new Date(sentMs ?? nowMs).toISOString(),
    deadline: expiresMs === undefined ? undefined : new Date(expiresMs).toISOString(),
    receivedAt: new Date(nowMs).toISOString(),
    replyTo: { service, instance },
  };
}
