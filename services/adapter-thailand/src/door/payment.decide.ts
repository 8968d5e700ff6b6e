import { hash } from 'node:crypto';
import type { Payment } from '@tonle/iso20022';
import { amountToJson } from '@tonle/money';
import { paymentSubmit, REASONS, type PaymentSubmit, type Reason } from '@tonle/contracts';
import { type Corridor } from '@tonle/directory';
import type { DoorQuote } from './quote.js';

/**
 * Published to the partner: after this age of acceptance we refuse, so a "not found" that is older is final
 * (symmetric duty, domain 6.7). We stop a little earlier ourselves, for the time of our own commit.
 */
export const NOT_FOUND_FINAL_MS = 60_000;
export const ACCEPTANCE_MS_MAX = 55_000;
const SKEW_MS_MAX = 30_000;
const REMITTANCE_MAX = 140;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface DoorSituation {
  readonly corridor: Corridor;
  readonly quote: DoorQuote | undefined;
  readonly now: number;
  readonly paymentId: string;
  readonly service: string;
  readonly instance: string;
}

export type DoorDecision =
  | {
      readonly kind: 'submit';
      readonly submit: PaymentSubmit;
      readonly contentHash: string;
      readonly takeBefore: number;
    }
  | { readonly kind: 'refused'; readonly reason: Reason; readonly detail?: string };

/**
 * Turns the partner's pacs.008 into a payment, or refuses what routing could not even be asked: missing elements,
 * an age past the published limit, a currency of another corridor, an unknown quote, other amounts or another payee
 * than quoted. In this order. All else (expiry, limits, funds, screening) routing decides. Pure.
 */
export function decidePayment(payment: Payment, situation: DoorSituation): DoorDecision {
  const { corridor, quote, now } = situation;
  const missing = missingElement(payment);
  if (missing !== undefined) return { kind: 'refused', reason: 'element_missing', detail: missing };
  const acceptedAt = Date.parse(payment.acceptedAt!);
  const takeBefore = acceptedAt + ACCEPTANCE_MS_MAX;
  // A year that JavaScript does not read is NaN, and compares with nothing.
  if (!(now < takeBefore))
    return { kind: 'refused', reason: 'deadline_passed', detail: `accepted at ${payment.acceptedAt}` };
  if (acceptedAt > now + SKEW_MS_MAX)
    return { kind: 'refused', reason: 'deadline_passed', detail: 'accepted in the future' };
  const source = amountToJson(payment.settlementAmount);
  if (!corridor.partner.currencies.includes(source.currency))
    return { kind: 'refused', reason: 'unknown_currency' };
  if (quote === undefined) return { kind: 'refused', reason: 'quote_unknown' };
  if (quote.quote.source.currency !== source.currency || quote.quote.source.minor !== source.minor) {
    return { kind: 'refused', reason: 'amount_mismatch' };
  }
  const { creditor } = quote.payee;
  const paid = payment.creditorAccount?.proxy?.id ?? payment.creditorAccount?.id ?? '';
  if (paid.toLowerCase() !== creditor.account.toLowerCase()) {
    return { kind: 'refused', reason: 'payee_unknown', detail: 'the quote was made for another account' };
  }
  const submit = submitOf(payment, quote, situation);
  // Schemas of the standard take longer texts and later years than routing does: what it could not read is not taken.
  const readable = paymentSubmit.safeParse(submit);
  if (!readable.success)
    return { kind: 'refused', reason: 'schema_invalid', detail: readable.error.issues[0]?.path.join('.') };
  return {
    kind: 'submit',
    submit,
    contentHash: contentHash(payment),
    takeBefore,
  };
}

function missingElement(payment: Payment): string | undefined {
  if (payment.uetr === undefined) return 'PmtId/UETR';
  if (payment.acceptedAt === undefined) return 'AccptncDtTm';
  if (payment.quoteId === undefined || !UUID.test(payment.quoteId))
    return 'InstrForNxtAgt with /QUOT/<quote id>';
  if (payment.debtor.name === undefined) return 'Dbtr/Nm';
  if (payment.debtorAccount?.id === undefined && payment.debtorAccount?.proxy === undefined)
    return 'DbtrAcct';
  return undefined;
}

function submitOf(
  payment: Payment,
  { quote, payee, lookupId, qrText }: DoorQuote,
  situation: DoorSituation,
): PaymentSubmit {
  const { corridor, now, paymentId, service, instance } = situation;
  const account = payment.debtorAccount!;
  const { participant, countries } = corridor.partner;
  return {
    paymentId,
    uetr: payment.uetr!,
    direction: 'inbound',
    corridor: corridor.corridorId,
    sender: participant,
    messageId: payment.messageId,
    endToEndId: payment.endToEndId,
    transactionId: payment.transactionId,
    quoteId: quote.quoteId,
    source: quote.source,
    target: quote.target,
    debtor: {
      name: payment.debtor.name!,
      account: account.proxy?.id ?? account.id!,
      accountType: account.proxy?.type ?? 'bank_account',
      country: payment.debtor.address?.country ?? countries[0],
      town: payment.debtor.address?.town,
    },
    debtorAgent: participant,
    creditor: payee.creditor,
    creditorAgent: payee.creditorAgent,
    purpose: payment.purpose,
    // Cut between characters: PostgreSQL's JSON has no place for half of a surrogate pair.
    remittance:
      payment.remittance === undefined
        ? payee.remittance
        : [...payment.remittance].slice(0, REMITTANCE_MAX).join(''),
    lookup: {
      lookupId,
      payeeName: payee.displayName,
      validUntil: payee.validUntil,
      qrText,
      qrExpiresAt: payee.qrExpiresAt,
    },
    // The source network signs that it holds the payer's money: its message is that signature (domain 6.10).
    payerSecured: true,
    acceptedAt: new Date(payment.acceptedAt!).toISOString(),
    deadline: payment.expiresAt === undefined ? undefined : utcOf(payment.expiresAt),
    receivedAt: new Date(now).toISOString(),
    replyTo: { service, instance },
  };
}

/** As UTC; a year that JavaScript does not read stays as it is, for the schema to refuse. */
function utcOf(text: string): string {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? text : new Date(ms).toISOString();
}

/** Hash of what makes the payment, whatever its bytes: a repeat has the same (decisions 24). */
export function contentHash(payment: Payment): string {
  const {
    messageId,
    uetr,
    endToEndId,
    transactionId,
    quoteId,
    settlementAmount,
    instructedAmount,
    acceptedAt,
  } = payment;
  const { debtor, debtorAccount, creditorAccount, purpose, remittance } = payment;
  const amounts = [settlementAmount, instructedAmount].map((each) =>
    each === undefined ? null : [each.currency, each.minor.toString()],
  );
  const fields = [
    messageId,
    uetr,
    endToEndId,
    transactionId,
    quoteId,
    amounts,
    acceptedAt,
    debtor.name,
    debtorAccount,
    creditorAccount,
    purpose,
    remittance,
  ];
  return hash('sha256', JSON.stringify(fields), 'hex');
}

/** The ISO reason of a refusal at the door. */
export function isoReasonOf(reason: Reason): string {
  return REASONS[reason].iso;
}
