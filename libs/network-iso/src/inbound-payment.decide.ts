import { hash } from 'node:crypto';
import {
  lateBy,
  partnerRate,
  refused,
  refusedTime,
  type PaymentSubmit,
  type Refusal,
} from '@tonle/contracts';
import {
  accountIdOf,
  customerOf,
  remittanceOf,
  unreadableForRouting,
  type Instruction,
  type InboundQuote,
  type IsoInstructed,
  type Stamp,
} from '@tonle/door';
import { spelled } from '@tonle/directory';
import { instantOf, type CustomerPayment } from '@tonle/iso20022';
import { amountToJson, plainDecimal } from '@tonle/money';
import { pickHeaders, SIGNATURE_HEADERS, type InboundFound } from '@tonle/network';

const SKEW_MS_MAX = 30_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Turns a network's pacs.008 into an instruction, or refuses what routing could not even be asked: missing elements, an
 * age past the published limit, a currency of another corridor, an unknown quote, other amounts or another payee than
 * quoted. In this order. All else (expiry, limits, funds, screening) routing decides. Pure.
 */
export function inboundInstruction(
  { message: payment, version, bytes, headers }: IsoInstructed,
  found: InboundFound,
  stamp: Stamp,
  acceptanceMs: number,
): { readonly kind: 'ok'; readonly instruction: Instruction } | Refusal {
  const { corridor, quote } = found;
  const missing = missingElement(payment);
  if (missing !== undefined) return refused('element_missing', `Missing: ${missing}.`);
  const acceptedAt = instantOf(payment.acceptedAt!, 0) ?? Number.NaN;
  const takeBeforeMs = acceptedAt + acceptanceMs;
  // A year that JavaScript does not read is NaN, and compares with nothing.
  if (!(stamp.nowMs < takeBeforeMs))
    return refusedTime(
      'deadline_passed',
      'acceptedAt',
      tooLate(payment.acceptedAt!, stamp.nowMs - takeBeforeMs, acceptanceMs),
    );
  const aheadMs = acceptedAt - stamp.nowMs;
  if (aheadMs > SKEW_MS_MAX)
    return refusedTime(
      'deadline_passed',
      'acceptedAt',
      `Accepted ${aheadMs / 1000} s in the future, at ${payment.acceptedAt}.`,
    );
  const source = amountToJson(payment.settlementAmount);
  if (!corridor.partner.currencies.includes(source.currency)) return refused('unknown_currency');
  if (quote === undefined) return refused('quote_unknown');
  const quoted = quote.quote.source;
  if (quoted.currency !== source.currency || quoted.minor !== source.minor) return refused('amount_mismatch');
  const paid = accountIdOf(payment.creditorAccount) ?? '';
  if (spelled(paid, corridor.home) !== spelled(quote.payee.creditor.account, corridor.home))
    return refused('payee_unknown', 'The quote was made for another account.');
  const submit = submitOf(payment, quote, found, stamp);
  const unreadable = unreadableForRouting(submit, (path) => path);
  if (unreadable !== undefined)
    return refused('schema_invalid', `${unreadable.errors?.[0]?.path} is invalid.`);
  const { traceparent } = stamp;
  const instruction: Instruction = {
    submit,
    contentHash: inboundContentHash(payment),
    raw: bytes,
    headers: pickHeaders(headers, SIGNATURE_HEADERS),
    dialect: 'iso20022',
    messageVersion: version,
    takeBeforeMs,
    creditorShown: quote.payee.displayName,
    ...(traceparent !== undefined && { traceparent }),
  };
  return { kind: 'ok', instruction };
}

function tooLate(acceptedAt: string, lateMs: number, acceptanceMs: number): string {
  return Number.isNaN(lateMs)
    ? `${acceptedAt} cannot be read as a time.`
    : lateBy(lateMs, `accepted at ${acceptedAt}, it had to arrive within ${acceptanceMs / 1000} s`);
}

function missingElement(payment: CustomerPayment): string | undefined {
  if (payment.uetr === undefined) return 'PmtId/UETR';
  if (payment.acceptedAt === undefined) return 'AccptncDtTm';
  if (payment.quoteId === undefined || !UUID.test(payment.quoteId))
    return 'InstrForNxtAgt with /QUOT/<quote id>';
  if (payment.debtor.name === undefined) return 'Dbtr/Nm';
  if (accountIdOf(payment.debtorAccount) === undefined) return 'DbtrAcct';
  return undefined;
}

function submitOf(
  payment: CustomerPayment,
  { quote, payee, lookupId, qrText }: InboundQuote,
  { corridor }: InboundFound,
  { paymentId, nowMs, service, instance }: Stamp,
): PaymentSubmit {
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
    partnerTerms: termsOf(payment, quote),
    debtor: {
      country: countries[0],
      ...customerOf(payment.debtor, payment.debtorAccount!, corridor.partner),
    },
    debtorAgent: participant,
    creditor: payee.creditor,
    creditorAgent: payee.creditorAgent,
    purpose: payment.purpose,
    remittance: remittanceOf(payment) ?? payee.remittance,
    lookup: {
      lookupId,
      payeeName: payee.displayName,
      validUntil: payee.validUntil,
      qrText,
      qrExpiresAt: payee.qrExpiresAt,
    },
    // The source network signs that it holds the payer's money: its message is that signature (domain 6.10).
    payerSecured: true,
    acceptedAt: utcOf(payment.acceptedAt!),
    deadline: payment.expiresAt === undefined ? undefined : utcOf(payment.expiresAt),
    receivedAt: new Date(nowMs).toISOString(),
    replyTo: { service, instance },
  };
}

/** An instructed amount in neither side's currency is the payer's own: information, with the rate that it was converted at. */
function termsOf(
  { instructedAmount, exchangeRate }: CustomerPayment,
  { source, target }: InboundQuote['quote'],
): PaymentSubmit['partnerTerms'] {
  if (instructedAmount === undefined) return undefined;
  const billingAmount = amountToJson(instructedAmount);
  const { currency } = billingAmount;
  if (currency === source.currency || currency === target.currency) return undefined;
  const rate = exchangeRate === undefined ? undefined : plainDecimal(exchangeRate);
  const told = { unitCurrency: currency, quotedCurrency: source.currency, rate };
  const { success, data: billingRate } = partnerRate.safeParse(told);
  return { billingAmount, ...(success && { billingRate }) };
}

/** As UTC, which is meant where no zone is named; a year that JavaScript does not read stays, for the schema to refuse. */
function utcOf(text: string): string {
  const ms = instantOf(text, 0);
  return ms === undefined ? text : new Date(ms).toISOString();
}

/**
 * SHA-256 of what makes the payment, whatever its bytes: a repeat has the same (decisions 24). Requests of earlier
 * versions are compared by it, so it stays as it is.
 */
export function inboundContentHash(payment: CustomerPayment): Buffer {
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
  return Buffer.from(hash('sha256', JSON.stringify(fields), 'hex'), 'hex');
}
