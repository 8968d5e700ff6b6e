import {
  carriedTerms,
  lateBy,
  refused,
  refusedTime,
  type PaymentSubmit,
  type Quote,
  type QuoteRequest,
  type Refusal,
} from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import { contentHashOf, type Instruction, type RawMessage, type Stamp } from '@tonle/door';
import { SIGNATURE_HEADERS } from '../signature.js';
import { pickHeaders } from '../wire.js';
import type { Drawing, PaymentCode } from './payment-code.js';

/** What makes the drawing, whatever its bytes and its time: a repeat has the same (decisions 24). */
export function drawnContentHash({ drawingId, code, amount }: Drawing): Buffer {
  return contentHashOf([drawingId, code, amount]);
}

/** The instant from which on a drawing is not taken any more, epoch ms. */
function takeBeforeMs({ sentMs, acceptanceMs, expiresMs }: Drawing): number {
  return Math.min(sentMs + acceptanceMs, expiresMs);
}

/**
 * Why this code cannot be drawn on: it came too late, or the code is unknown, used, expired or of another network. In this
 * order; all else price and routing decide. Pure.
 */
export function drawingTrouble(
  drawing: Drawing,
  code: PaymentCode | undefined,
  corridor: Corridor | undefined,
  nowMs: number,
): Refusal | undefined {
  const lateMs = nowMs - takeBeforeMs(drawing);
  if (lateMs >= 0)
    return refusedTime('deadline_passed', 'acceptedAt', lateBy(lateMs, 'its time had passed when it came'));
  if (code === undefined) return refused('payment_code_unknown');
  if (code.isUsed) return refused('payment_code_used');
  if (code.expiresMs <= nowMs) return refused('payment_code_expired');
  if (corridor === undefined) return refused('corridor_unknown');
  return corridor.partner.currencies.includes(drawing.amount.currency)
    ? undefined
    : refused('unknown_currency');
}

/** What a drawing costs the payer: asked of fx as the payer's bank would. */
export function drawnQuote({ amount, partnerTerms }: Drawing, code: PaymentCode): QuoteRequest {
  return {
    participant: code.participant,
    corridor: code.corridor,
    sourceCurrency: code.most.currency,
    targetCurrency: amount.currency,
    direction: 'outbound',
    fixed: 'target',
    amount,
    partnerTerms: carriedTerms(partnerTerms),
  };
}

/** The payment that a drawing asks for, unless the payer has not agreed to as much. Pure. */
export function drawnInstruction(
  drawing: Drawing,
  code: PaymentCode,
  quote: Quote,
  message: RawMessage,
  stamp: Stamp & { readonly creditorAgent: string; readonly dialect: string },
): { readonly kind: 'ok'; readonly instruction: Instruction } | Refusal {
  const { source } = quote;
  // What the payer agreed to is not the merchant's business: no amounts are told.
  if (source.currency !== code.most.currency || BigInt(source.minor) > BigInt(code.most.minor))
    return refused('payment_code_exceeded');
  const { traceparent } = stamp;
  const instruction: Instruction = {
    submit: submitOf(drawing, code, quote, stamp),
    contentHash: drawnContentHash(drawing),
    raw: message.bytes,
    headers: pickHeaders(message.headers, SIGNATURE_HEADERS),
    dialect: stamp.dialect,
    takeBeforeMs: takeBeforeMs(drawing),
    creditorShown: drawing.payee.name,
    drawn: { drawingId: drawing.drawingId, codeId: code.codeId },
    ...(traceparent !== undefined && { traceparent }),
  };
  return { kind: 'ok', instruction };
}

/**
 * No request of the bank itself has its message id: an Idempotency-Key has no blank, and an ISO 20022 MsgId has 35 characters
 * at most.
 */
function messageIdOf({ codeId }: PaymentCode): string {
  return `drawn on ${codeId}`;
}

function submitOf(
  drawing: Drawing,
  code: PaymentCode,
  { quoteId, source, target }: Quote,
  stamp: Stamp & { readonly creditorAgent: string },
): PaymentSubmit {
  const { payee, endToEndId, remittance, partnerTerms, expiresMs } = drawing;
  const receivedAt = new Date(stamp.nowMs).toISOString();
  return {
    paymentId: stamp.paymentId,
    uetr: stamp.uetr,
    direction: 'outbound',
    corridor: code.corridor,
    sender: code.participant,
    messageId: messageIdOf(code),
    endToEndId,
    quoteId,
    source,
    target,
    debtor: code.debtor,
    debtorAgent: code.participant,
    creditor: payee,
    creditorAgent: stamp.creditorAgent,
    remittance,
    partnerTerms,
    paymentCodeId: code.codeId,
    payerSecured: false,
    acceptedAt: receivedAt,
    deadline: new Date(expiresMs).toISOString(),
    receivedAt,
    replyTo: { service: stamp.service, instance: stamp.instance },
  };
}
