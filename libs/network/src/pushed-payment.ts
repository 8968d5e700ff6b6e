import type { Corridor } from '@tonle/directory';
import { contentHashOf, type InboundQuote, type Instruction, type RawMessage, type Stamp } from '@tonle/door';
import {
  lateBy,
  refused,
  refusedTime,
  type Customer,
  type PaymentSubmit,
  type Refusal,
} from '@tonle/contracts';
import type { InboundFound, ScannedPayment } from './inbound.js';
import { SIGNATURE_HEADERS } from './signature.js';
import { pickHeaders } from './wire.js';

/** A payment that a network pushes to us: its payer has paid for a code of ours, and was charged. */
export interface PushedPayment extends ScannedPayment {
  /** The network's id of the payment: it makes a repeat known. */
  readonly messageId: string;
  /** At most 35 characters. */
  readonly endToEndId: string;
  readonly payer: Pick<Customer, 'name' | 'account' | 'accountType'>;
  /** When the network sent it, epoch ms. */
  readonly sentMs: number;
  /** Not taken later than this after it was sent, ms: the network may hold a not-found for final then (domain 6.7). */
  readonly acceptanceMs: number;
  /** The network's own deadline, epoch ms. */
  readonly expiresMs?: number;
  readonly message: RawMessage;
}

/** What makes the payment, whatever its bytes and its time: a repeat has the same (decisions 24). */
export function pushedContentHash(
  pushed: Pick<PushedPayment, 'messageId' | 'qrText' | 'amount' | 'payer'>,
): Buffer {
  const { messageId, qrText, amount, payer } = pushed;
  return contentHashOf([messageId, qrText, amount, payer]);
}

/**
 * Makes a pushed payment an instruction, or refuses it: too late, no payee or price, another amount than the payee is to
 * get. In this order; all else routing decides. Pure.
 */
export function pushedInstruction(
  pushed: PushedPayment,
  { corridor, quote: priced, refusal }: InboundFound,
  stamp: Stamp,
  dialect: string,
): { readonly kind: 'ok'; readonly instruction: Instruction } | Refusal {
  const { message, sentMs, acceptanceMs, amount } = pushed;
  const takeBeforeMs = sentMs + acceptanceMs;
  if (stamp.nowMs >= takeBeforeMs) {
    const words = lateBy(stamp.nowMs - takeBeforeMs, `it had to arrive within ${acceptanceMs / 1000} s`);
    return refusedTime('deadline_passed', 'acceptedAt', words);
  }
  if (priced === undefined) return refusal ?? refused('quote_unknown');
  const { target } = priced.quote;
  if (target.currency !== amount.currency) return refused('unknown_currency');
  if (target.minor !== amount.minor) return refused('amount_mismatch');
  const instruction: Instruction = {
    submit: submitOf(pushed, priced, corridor, stamp),
    contentHash: pushedContentHash(pushed),
    raw: message.bytes,
    headers: pickHeaders(message.headers, SIGNATURE_HEADERS),
    dialect,
    takeBeforeMs,
    creditorShown: priced.payee.displayName,
    ...(stamp.traceparent !== undefined && { traceparent: stamp.traceparent }),
  };
  return { kind: 'ok', instruction };
}

function submitOf(
  pushed: PushedPayment,
  priced: InboundQuote,
  corridor: Corridor,
  stamp: Stamp,
): PaymentSubmit {
  const { participant, countries } = corridor.partner;
  const { creditor, creditorAgent, displayName, remittance, validUntil, qrExpiresAt } = priced.payee;
  return {
    paymentId: stamp.paymentId,
    uetr: stamp.uetr,
    direction: 'inbound',
    corridor: corridor.corridorId,
    sender: participant,
    messageId: pushed.messageId,
    endToEndId: pushed.endToEndId,
    quoteId: priced.quoteId,
    source: priced.quote.source,
    target: priced.quote.target,
    debtor: { ...pushed.payer, country: countries[0] },
    debtorAgent: participant,
    creditor,
    creditorAgent,
    remittance,
    lookup: {
      lookupId: priced.lookupId,
      payeeName: displayName,
      validUntil,
      qrText: pushed.qrText,
      qrExpiresAt,
    },
    partnerTerms: pushed.partnerTerms,
    // The network signs that it has charged its payer: its message is that signature (domain 6.10).
    payerSecured: true,
    acceptedAt: new Date(pushed.sentMs).toISOString(),
    deadline: pushed.expiresMs === undefined ? undefined : new Date(pushed.expiresMs).toISOString(),
    receivedAt: new Date(stamp.nowMs).toISOString(),
    replyTo: { service: stamp.service, instance: stamp.instance },
  };
}
