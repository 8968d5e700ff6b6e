import {
  lateBy,
  refused,
  refusedTime,
  type Customer,
  type InboundOutcome,
  type PaymentSubmit,
  type Refusal,
} from '@tonle/contracts';
import {
  newestOf,
  unreadableForRouting,
  type Instruction,
  type RawMessage,
  type Stamp,
  type StoredRequest,
  type Taken,
} from '@tonle/door';
import { pickHeaders } from './wire.js';
import { SIGNATURE_HEADERS } from './signature.js';
import type { InboundFound } from './inbound.js';

const SKEW_MS_MAX = 30_000;

/** What a network's own message says of a payment to one of our payees, once its dialect has read it. */
export interface PaymentByQuote {
  readonly dialect: string;
  /** The network's name for its message: what a repeat has again. */
  readonly messageId: string;
  /** SHA-256 of what makes it the payment that it is: a repeat has the same. */
  readonly contentHash: Buffer;
  readonly endToEndId: string;
  readonly transactionId?: string;
  /** What the network settles; undefined when its message does not say so. */
  readonly source?: PaymentSubmit['source'];
  /** What the payee is to get, where the network repeats it. */
  readonly target?: PaymentSubmit['target'];
  readonly debtor: Customer;
  readonly purpose?: string;
  readonly remittance?: string;
  /** Epoch ms; NaN when its time cannot be read. */
  readonly acceptedMs: number;
  /** The network's own deadline, epoch ms. */
  readonly expiresMs?: number;
  readonly partnerTerms?: PaymentSubmit['partnerTerms'];
}

/**
 * Makes it an instruction, by the quote that it names; or refuses what routing could not even be asked, in this order: an
 * age past the limit, a time ahead, another currency, an unknown quote, other amounts than quoted, texts that cannot be
 * carried. All else (expiry, limits, funds, screening) routing decides. Pure.
 */
export function quotedInstruction(
  payment: PaymentByQuote,
  message: RawMessage,
  { corridor, quote }: InboundFound,
  stamp: Stamp,
  acceptanceMs: number,
): { readonly kind: 'ok'; readonly instruction: Instruction } | Refusal {
  const takeBeforeMs = payment.acceptedMs + acceptanceMs;
  const untimely = timeRefusal(payment.acceptedMs, stamp.nowMs, acceptanceMs);
  if (untimely !== undefined) return untimely;
  const { source, target } = payment;
  if (source === undefined) return refused('element_missing', 'What is settled is missing.');
  if (!corridor.partner.currencies.includes(source.currency)) return refused('unknown_currency');
  if (quote === undefined) return refused('quote_unknown');
  if (!isSame(quote.quote.source, source)) return refused('amount_mismatch');
  if (target !== undefined && !isSame(quote.quote.target, target)) return refused('amount_mismatch');
  const submit = submitOf(payment, quote, corridor, stamp);
  const unreadable = unreadableForRouting(submit, (path) => path);
  if (unreadable !== undefined) return unreadable;
  const { traceparent } = stamp;
  const instruction: Instruction = {
    submit,
    contentHash: payment.contentHash,
    raw: message.bytes,
    headers: pickHeaders(message.headers, SIGNATURE_HEADERS),
    dialect: payment.dialect,
    takeBeforeMs,
    creditorShown: quote.payee.displayName,
    ...(traceparent !== undefined && { traceparent }),
  };
  return { kind: 'ok', instruction };
}

/** What became of an inbound payment, as far as anybody knows: paid, refused for an ISO reason, or open. */
export function inboundResult(taken: Taken<InboundOutcome>): {
  readonly state: 'paid' | 'refused' | 'open';
  readonly isoReason?: string;
  /** Of a payment that was paid. */
  readonly partnerRef?: string;
} {
  const { isoStatus, isoReason, partnerRef } = newestOf(taken) ?? {};
  if (isoStatus === 'ACCC') return { state: 'paid', partnerRef };
  return isoStatus === 'RJCT' ? { state: 'refused', isoReason } : { state: 'open' };
}

/** A payment as it is stored here: for a notice, which answers no message. */
export function asStored(request: StoredRequest<InboundOutcome>): Taken<InboundOutcome> {
  return { kind: 'taken', request, news: undefined, repeated: true };
}

function timeRefusal(acceptedMs: number, nowMs: number, acceptanceMs: number): Refusal | undefined {
  const lateMs = nowMs - acceptedMs - acceptanceMs;
  if (!(lateMs < 0)) {
    const words = Number.isNaN(lateMs)
      ? 'Its time cannot be read.'
      : acceptanceMs <= 0
        ? lateBy(lateMs, 'its time had passed when it was sent')
        : lateBy(lateMs, `it had to arrive within ${acceptanceMs / 1000} s`);
    return refusedTime('deadline_passed', 'acceptedAt', words);
  }
  return acceptedMs - nowMs > SKEW_MS_MAX
    ? refusedTime('deadline_passed', 'acceptedAt', `Accepted ${(acceptedMs - nowMs) / 1000} s in the future.`)
    : undefined;
}

function isSame(one: PaymentSubmit['source'], other: PaymentSubmit['source']): boolean {
  return one.currency === other.currency && BigInt(one.minor) === BigInt(other.minor);
}

function submitOf(
  payment: PaymentByQuote,
  { quote, payee, lookupId, qrText }: NonNullable<InboundFound['quote']>,
  corridor: InboundFound['corridor'],
  { paymentId, uetr, nowMs, service, instance }: Stamp,
): PaymentSubmit {
  const { participant } = corridor.partner;
  const { messageId, endToEndId, transactionId, debtor, purpose, remittance, partnerTerms } = payment;
  return {
    paymentId,
    uetr,
    direction: 'inbound',
    corridor: corridor.corridorId,
    sender: participant,
    messageId,
    endToEndId,
    transactionId,
    quoteId: quote.quoteId,
    source: quote.source,
    target: quote.target,
    debtor,
    debtorAgent: participant,
    creditor: payee.creditor,
    creditorAgent: payee.creditorAgent,
    purpose,
    remittance: remittance ?? payee.remittance,
    lookup: {
      lookupId,
      payeeName: payee.displayName,
      validUntil: payee.validUntil,
      qrText,
      qrExpiresAt: payee.qrExpiresAt,
    },
    // The source network signs that it holds the payer's money: its message is that signature (domain 6.10).
    payerSecured: true,
    acceptedAt: new Date(payment.acceptedMs).toISOString(),
    deadline: payment.expiresMs === undefined ? undefined : new Date(payment.expiresMs).toISOString(),
    receivedAt: new Date(nowMs).toISOString(),
    replyTo: { service, instance },
    partnerTerms,
  };
}
