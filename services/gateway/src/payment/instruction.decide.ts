import { contentHashOf, type Instruction, type Stamp } from '@tonle/door';
import { amountFromJson, amountText, sameAmount } from '@tonle/money';
import { directionOf, spelled, type Corridor, type ParticipantBody, type Side } from '@tonle/directory';
import {
  type Customer,
  type PaymentSubmit,
  type Quote,
  type Refusal,
  refused,
  refusedField,
} from '@tonle/contracts';
import type { Lookup } from '../lookup/lookup.js';
import type { CreatePayment } from './payment.schema.js';

/** A bank may only have accounts debited that are its own: the rail debits on our word. */
export function debtorRefusal(
  participant: ParticipantBody,
  written: string,
  home: Side | undefined,
  path: string,
): Refusal | undefined {
  const account = home === undefined ? written : spelled(written, home);
  const at = account.lastIndexOf('@');
  if (at <= 0) return refusedField('account_unknown', path, 'This is not an account of the home network.');
  return participant.railDomains.includes(account.slice(at + 1))
    ? undefined
    : refusedField('not_permitted', path, 'The account is not held at your institution.');
}

/** A request whose debtor's account has a kind. */
export type NamedPayment = CreatePayment & { readonly debtor: { readonly accountType: string } };

/** The request with the kind of the debtor's account: its own, else the one that is meant at the payer's network. */
export function named(body: CreatePayment, accountKind: string): NamedPayment {
  return { ...body, debtor: { ...body.debtor, accountType: body.debtor.accountType ?? accountKind } };
}

/** The fields of a REST request that make it the same request (decisions 24): that it is meant does not make it another one. */
export function restContentHash({ confirmDuplicateOf: _confirmed, ...payment }: NamedPayment): Buffer {
  return contentHashOf(['rest', payment]);
}

/**
 * May this payee be paid with this quote? In this order: lookup_unknown, lookup_expired, quote_unknown, corridor_unknown,
 * amount_mismatch. Whose quote it is and whether it can still be used, routing decides.
 */
export function payableRefusal(
  lookup: Lookup | undefined,
  quote: Quote | undefined,
  corridor: Corridor | undefined,
  nowMs: number,
): Refusal | undefined {
  if (lookup === undefined)
    return refusedField(
      'lookup_unknown',
      '/lookupId',
      'This lookup belongs to another participant or does not exist.',
    );
  if (Date.parse(lookup.found.validUntil) <= nowMs) {
    return refusedField('lookup_expired', '/lookupId', `The lookup expired at ${lookup.found.validUntil}.`);
  }
  if (quote === undefined)
    return refusedField(
      'quote_unknown',
      '/quoteId',
      'This quote belongs to another participant or does not exist.',
    );
  if (corridor === undefined || quote.corridor !== lookup.corridor) {
    return refusedField('corridor_unknown', '/quoteId', `The quote is for corridor ${quote.corridor}.`);
  }
  if (quote.target.currency !== lookup.found.currency) {
    return refusedField('amount_mismatch', '/quoteId', `The payee is paid in ${lookup.found.currency}.`);
  }
  const { amount } = lookup.found;
  const [coded, quoted] = [amount ?? quote.target, quote.target].map(amountFromJson);
  if (!sameAmount(coded!, quoted!)) {
    const said = `The QR code fixes ${amountText(coded!)}; the quote is of ${amountText(quoted!)}.`;
    return refusedField('amount_mismatch', '/quoteId', said);
  }
  return undefined;
}

/** Home to partner side is outbound; the other way comes through the partner's door (decisions 13). */
export function outboundRefusal(quote: Quote, corridor: Corridor): Refusal | undefined {
  const direction = directionOf(corridor, quote.source.currency, quote.target.currency, quote.direction);
  return direction === 'outbound'
    ? undefined
    : refused('corridor_unknown', 'Inbound payments come from the partner network.');
}

/** The instruction of a REST request whose payee and quote were found. */
export function restInstruction(
  participant: ParticipantBody,
  request: {
    readonly key: string;
    readonly body: NamedPayment;
    readonly raw: Uint8Array;
    readonly headers?: Readonly<Record<string, string>>;
  },
  found: { readonly lookup: Lookup; readonly quote: Quote; readonly corridor: Corridor },
  stamp: Stamp,
): Instruction {
  const { key, body, raw, headers } = request;
  const { lookup, quote, corridor } = found;
  const payee = lookup.found;
  const remittance = body.remittance ?? payee.remittance;
  return {
    dialect: 'rest',
    contentHash: restContentHash(body),
    raw,
    ...(headers === undefined ? {} : { headers }),
    creditorShown: payee.displayName,
    ...(body.confirmDuplicateOf === undefined ? {} : { confirmsDuplicateOf: body.confirmDuplicateOf }),
    ...(stamp.traceparent === undefined ? {} : { traceparent: stamp.traceparent }),
    submit: outboundSubmit(participant, key, stamp, {
      uetr: body.uetr ?? stamp.uetr,
      corridor: corridor.corridorId,
      endToEndId: body.endToEndId ?? 'NOTPROVIDED',
      quoteId: quote.quoteId,
      source: quote.source,
      target: quote.target,
      debtor: debtorOf(body.debtor, corridor.home),
      creditor: payee.creditor,
      creditorAgent: payee.creditorAgent,
      ...(payee.partnerTerms === undefined ? {} : { partnerTerms: payee.partnerTerms }),
      ...(body.purpose === undefined ? {} : { purpose: body.purpose }),
      ...(remittance === undefined ? {} : { remittance }),
      lookup: {
        lookupId: lookup.lookupId,
        payeeName: payee.creditor.name,
        validUntil: payee.validUntil,
        ...(lookup.qrText === undefined ? {} : { qrText: lookup.qrText }),
        ...(payee.qrExpiresAt === undefined ? {} : { qrExpiresAt: payee.qrExpiresAt }),
      },
      acceptedAt: new Date(stamp.nowMs).toISOString(),
    }),
  };
}

/** What is the same for every payment that a participant sends. */
export function outboundSubmit(
  participant: ParticipantBody,
  messageId: string,
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
): PaymentSubmit {
  return {
    ...fields,
    paymentId: stamp.paymentId,
    direction: 'outbound',
    sender: participant.participantId,
    messageId,
    debtorAgent: participant.participantId,
    payerSecured: false,
    receivedAt: new Date(stamp.nowMs).toISOString(),
    replyTo: { service: stamp.service, instance: stamp.instance },
  };
}

/** The payer as every stage has it, the account as its network writes it. Fields that are undefined are left out. */
export function debtorOf(customer: NamedPayment['debtor'], home: Side): Customer {
  const { name, account, accountType, country, town } = customer;
  return {
    name,
    account: spelled(account, home),
    accountType,
    ...(country === undefined ? {} : { country }),
    ...(town === undefined ? {} : { town }),
  };
}
