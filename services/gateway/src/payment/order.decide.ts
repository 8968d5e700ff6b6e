import { amountFromJson, sameAmount } from '@tonle/money';
import type { CorridorBody, ParticipantBody } from '@tonle/directory';
import type { Customer, PaymentSubmit, Quote } from '@tonle/contracts';
import { refused, refusedField, type Refusal } from '../http/refusal.js';
import type { Finding } from '../lookup/lookup.js';
import { contentHashOf, type Order } from './payment.js';
import type { CreatePayment } from './payment.schema.js';

/** What the gateway adds to a request. Times are ISO 8601. */
export interface Stamp {
  readonly paymentId: string;
  /** Used when the caller gave none. */
  readonly uetr: string;
  readonly nowMs: number;
  readonly instance: string;
  readonly traceparent?: string;
}

/** A bank may only have accounts debited that are its own: the rail debits on our word. */
export function debtorRefusal(
  participant: ParticipantBody,
  account: string,
  path: string,
): Refusal | undefined {
  const at = account.lastIndexOf('@');
  if (at <= 0) return refusedField('account_unknown', path, 'not an account of the home network');
  return participant.railDomains.includes(account.slice(at + 1))
    ? undefined
    : refusedField('not_permitted', path, 'the account is not at your institution');
}

/** The fields of a REST request that make it the same request (decisions 24). */
export function restContentHash(body: CreatePayment): Buffer {
  return contentHashOf(['rest', body]);
}

/**
 * May this payee be paid with this quote? In this order: lookup_unknown, lookup_expired, quote_unknown, corridor_unknown,
 * amount_mismatch. Whose quote it is and whether it can still be used, routing decides.
 */
export function payableRefusal(
  finding: Finding | undefined,
  quote: Quote | undefined,
  corridor: CorridorBody | undefined,
  nowMs: number,
): Refusal | undefined {
  if (finding === undefined) return refusedField('lookup_unknown', '/lookupId', 'not a lookup of yours');
  if (Date.parse(finding.found.validUntil) <= nowMs) {
    return refusedField('lookup_expired', '/lookupId', `held until ${finding.found.validUntil}`);
  }
  if (quote === undefined) return refusedField('quote_unknown', '/quoteId', 'not a quote of yours');
  if (corridor === undefined || quote.corridor !== finding.corridor) {
    return refusedField('corridor_unknown', '/quoteId', `the quote is for ${quote.corridor}`);
  }
  if (quote.target.currency !== finding.found.currency) {
    return refusedField('amount_mismatch', '/quoteId', `the payee is paid in ${finding.found.currency}`);
  }
  const { amount } = finding.found;
  if (amount !== undefined && !sameAmount(amountFromJson(amount), amountFromJson(quote.target))) {
    return refusedField('amount_mismatch', '/quoteId', 'the code fixes another amount');
  }
  return undefined;
}

/** Home to partner side is outbound; the other way comes through the partner's door (decisions 13). */
export function outboundRefusal(quote: Quote, corridor: CorridorBody): Refusal | undefined {
  const outbound =
    corridor.home.currencies.includes(quote.source.currency) &&
    corridor.partner.currencies.includes(quote.target.currency);
  return outbound ? undefined : refused('corridor_unknown', 'inbound payments come from the partner network');
}

/** The order of a REST request whose payee and quote were found. */
export function restOrder(
  participant: ParticipantBody,
  key: string,
  body: CreatePayment,
  raw: Uint8Array,
  known: { readonly finding: Finding; readonly quote: Quote; readonly corridor: CorridorBody },
  stamp: Stamp,
): Order {
  const { finding, quote, corridor } = known;
  const { found } = finding;
  return orderOf(participant, key, restContentHash(body), raw, found.displayName, stamp, {
    uetr: body.uetr ?? stamp.uetr,
    corridor: corridor.corridorId,
    endToEndId: body.endToEndId ?? 'NOTPROVIDED',
    quoteId: quote.quoteId,
    source: quote.source,
    target: quote.target,
    debtor: withoutUndefined(body.debtor),
    creditor: found.creditor,
    creditorAgent: found.creditorAgent,
    ...optional('purpose', body.purpose),
    ...optional('remittance', body.remittance ?? found.remittance),
    lookup: {
      lookupId: finding.lookupId,
      payeeName: found.creditor.name,
      validUntil: found.validUntil,
      ...optional('qrText', finding.qrText),
      ...optional('qrExpiresAt', found.qrExpiresAt),
    },
    acceptedAt: new Date(stamp.nowMs).toISOString(),
  });
}

/** What is the same for every outbound order. */
export function orderOf(
  participant: ParticipantBody,
  messageId: string,
  contentHash: Buffer,
  raw: Uint8Array,
  creditorShown: string,
  stamp: Stamp,
  fields: Omit<
    PaymentSubmit,
    | 'paymentId'
    | 'direction'
    | 'sender'
    | 'messageId'
    | 'debtorAgent'
    | 'payerSecured'
    | 'receivedAt'
    | 'replyTo'
  >,
): Order {
  return {
    participant: participant.participantId,
    messageId,
    contentHash,
    channel: 'rest',
    raw,
    creditorShown,
    submit: {
      ...fields,
      paymentId: stamp.paymentId,
      direction: 'outbound',
      sender: participant.participantId,
      messageId,
      debtorAgent: participant.participantId,
      payerSecured: false,
      receivedAt: new Date(stamp.nowMs).toISOString(),
      replyTo: { service: 'gateway', instance: stamp.instance },
    },
    ...optional('traceparent', stamp.traceparent),
  };
}

export function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

function withoutUndefined(customer: CreatePayment['debtor']): Customer {
  const { name, account, accountType, country, town } = customer;
  return { name, account, accountType, ...optional('country', country), ...optional('town', town) };
}
