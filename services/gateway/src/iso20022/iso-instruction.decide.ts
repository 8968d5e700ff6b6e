import {
  accountIdOf,
  accountTypeOf,
  customerOf,
  isoContentHash,
  remittanceOf,
  unreadableForRouting,
  type Instruction,
  type IsoInstructed,
  type PricedRefund,
  type Stamp,
} from '@tonle/door';
import { instantOf, type Account, type Agent, type CustomerPayment } from '@tonle/iso20022';
import { amountToJson, parseRate, plainDecimal, sameRate, type Amount } from '@tonle/money';
import { type PaymentSubmit, type Quote, type Refusal, refused, refusedField } from '@tonle/contracts';
import type { Corridor, ParticipantBody, Side } from '@tonle/directory';
import { kindRefusal } from '../lookup/lookup.js';
import { debtorRefusal, outboundSubmit } from '../payment/instruction.decide.js';

const TX = '/FIToFICstmrCdtTrf/CdtTrfTxInf';
/** From this version of pacs.008 on an agreed rate has the id of its quote. */
const AGREED_RATE_FROM = 'pacs.008.001.13';

/** Where the id of the quote stands in a version; versions compare as texts. */
function quotePath(version: string): string {
  return version < AGREED_RATE_FROM ? `${TX}/InstrForNxtAgt/InstrInf` : `${TX}/AgrdRate/QtId`;
}

/**
 * What every pacs.008 to us must have beyond its schema. Refuses element_missing, participant_unknown, not_permitted,
 * account_unknown, schema_invalid.
 */
export function isoPaymentRefusal(
  { message: payment, version }: Pick<IsoInstructed, 'message' | 'version'>,
  participant: ParticipantBody,
  home: Side | undefined,
  participantOf: (agent: Agent) => ParticipantBody | undefined,
): Refusal | undefined {
  const missing = [
    [`${TX}/PmtId/UETR`, payment.uetr],
    [quotePath(version), payment.quoteId],
    [`${TX}/Dbtr/Nm`, payment.debtor.name],
    [`${TX}/DbtrAcct`, accountIdOf(payment.debtorAccount)],
    [`${TX}/Cdtr/Nm`, payment.creditor.name],
    [`${TX}/CdtrAcct`, accountIdOf(payment.creditorAccount)],
  ].flatMap(([path, value]) =>
    value === undefined ? [{ path: path!, message: 'This element is required.' }] : [],
  );
  if (missing.length > 0)
    return refused('element_missing', `Missing: ${missing.map(({ path }) => path).join(', ')}.`, missing);
  const agents = [
    [`${TX}/InstgAgt`, payment.instructingAgent],
    [`${TX}/DbtrAgt`, payment.debtorAgent],
  ] as const;
  for (const [path, agent] of agents) {
    if (agent === undefined) continue;
    const named = participantOf(agent);
    if (named === undefined)
      return refusedField(
        'participant_unknown',
        path,
        `${agent.bic ?? agent.memberId ?? 'The agent'} is not a participant.`,
      );
    if (named.participantId !== participant.participantId) {
      return refusedField('not_permitted', path, 'The message is signed by another participant.');
    }
  }
  const { debtorAccount } = payment;
  return (
    debtorRefusal(participant, accountIdOf(debtorAccount)!, home, `${TX}/DbtrAcct`) ??
    (home === undefined ? undefined : accountKindRefusal(debtorAccount!, home, `${TX}/DbtrAcct`))
  );
}

/** An account or proxy of a kind that its network does not know, by the element that says which it is. */
function accountKindRefusal(account: Account, side: Side, path: string): Refusal | undefined {
  const place = account.proxy === undefined ? 'Id/Othr/SchmeNm' : 'Prxy/Tp';
  return kindRefusal(accountTypeOf(account, side.accounts), side, `${path}/${place}`);
}

/** What a pacs.008 or pacs.004 names, as far as it was found. */
export interface IsoFound {
  /** Who signed it. */
  readonly participant: ParticipantBody;
  readonly quote: Quote | undefined;
  readonly corridor: Corridor | undefined;
  /** Of a pacs.004: the payment that it gives back, priced. */
  readonly refund?: PricedRefund;
}

/**
 * The instruction of a pacs.008 whose quote was found. Source is the amount in a home currency, target the one in a partner
 * currency; what the message leaves out comes from the quote, and routing compares both with it. Refuses
 * quote_unknown, corridor_unknown, schema_invalid, rate_differs, unknown_currency.
 */
export function isoInstruction(
  { message: payment, version, bytes, headers }: IsoInstructed,
  { participant, quote, corridor }: IsoFound,
  stamp: Stamp,
): { readonly kind: 'ok'; readonly instruction: Instruction } | Refusal {
  if (quote === undefined)
    return refusedField(
      'quote_unknown',
      quotePath(version),
      'This quote belongs to another participant or does not exist.',
    );
  if (corridor === undefined)
    return refusedField('corridor_unknown', quotePath(version), `There is no corridor ${quote.corridor}.`);
  const unknownKind = accountKindRefusal(payment.creditorAccount!, corridor.partner, `${TX}/CdtrAcct`);
  if (unknownKind !== undefined) return unknownKind;
  if (payment.exchangeRate !== undefined && !isQuoted(payment.exchangeRate, quote)) {
    return refusedField('rate_differs', `${TX}/XchgRate`, `The quoted rate is ${quote.rate}.`);
  }
  const amounts = amountsOf(payment, quote, corridor);
  if (amounts.kind === 'refused') return amounts;
  const { source, target } = amounts;
  const submit = submitOf(participant, payment, { quote, corridor, source, target }, stamp);
  const unreadable = unreadableForRouting(submit, (path) => `${TX} (${path})`);
  if (unreadable !== undefined) return unreadable;
  const instruction: Instruction = {
    submit,
    contentHash: isoContentHash(payment),
    raw: bytes,
    ...(Object.keys(headers).length === 0 ? {} : { headers: headers as Record<string, string> }),
    dialect: 'iso20022',
    messageVersion: version,
    creditorShown: payment.creditor.name!,
    ...(payment.duplicateOf === undefined ? {} : { confirmsDuplicateOf: payment.duplicateOf }),
    ...(stamp.traceparent === undefined ? {} : { traceparent: stamp.traceparent }),
  };
  return { kind: 'ok', instruction };
}

function submitOf(
  participant: ParticipantBody,
  payment: CustomerPayment,
  {
    quote,
    corridor,
    source,
    target,
  }: { quote: Quote; corridor: Corridor; source: Quote['source']; target: Quote['target'] },
  stamp: Stamp,
): PaymentSubmit {
  const remittance = remittanceOf(payment);
  const deadline = utcOf(payment.expiresAt);
  return outboundSubmit(participant, payment.messageId, stamp, {
    uetr: payment.uetr!,
    corridor: corridor.corridorId,
    endToEndId: payment.endToEndId,
    ...(payment.transactionId === undefined ? {} : { transactionId: payment.transactionId }),
    quoteId: quote.quoteId,
    source,
    target,
    debtor: customerOf(payment.debtor, payment.debtorAccount!, corridor.home),
    creditor: customerOf(payment.creditor, payment.creditorAccount!, corridor.partner),
    creditorAgent: corridor.partner.participant,
    ...(payment.purpose === undefined ? {} : { purpose: payment.purpose }),
    ...(remittance === undefined ? {} : { remittance }),
    acceptedAt: utcOf(payment.acceptedAt) ?? new Date(stamp.nowMs).toISOString(),
    ...(deadline === undefined ? {} : { deadline }),
  });
}

function amountsOf(
  payment: CustomerPayment,
  quote: Quote,
  corridor: Corridor,
): { readonly kind: 'ok'; readonly source: Quote['source']; readonly target: Quote['target'] } | Refusal {
  let { source, target } = quote;
  const given: readonly (readonly [string, Amount | undefined])[] = [
    ['IntrBkSttlmAmt', payment.settlementAmount],
    ['InstdAmt', payment.instructedAmount],
  ];
  for (const [name, amount] of given) {
    if (amount === undefined) continue;
    const { currency } = amount;
    if (isTold(amount, quote.partnerTerms)) continue;
    if (isSourceAmount(name, currency, quote, corridor)) source = amountToJson(amount);
    else if (corridor.partner.currencies.includes(currency)) target = amountToJson(amount);
    else
      return refusedField(
        'unknown_currency',
        `${TX}/${name}/@Ccy`,
        `${amount.currency} is not served in this corridor.`,
      );
  }
  return { kind: 'ok', source, target };
}

/** Of the two sides' currencies by the quote; where both are the same, the payer's amount is the instructed one. */
function isSourceAmount(name: string, currency: string, quote: Quote, { home }: Corridor): boolean {
  if (currency === quote.source.currency) return currency !== quote.target.currency || name === 'InstdAmt';
  return currency !== quote.target.currency && home.currencies.includes(currency);
}

/** The payee's own amount, as the partner told it before: information. */
function isTold({ currency, minor }: Amount, terms: Quote['partnerTerms']): boolean {
  const { orderAmount } = terms ?? {};
  return orderAmount?.currency === currency && BigInt(orderAmount.minor) === minor;
}

/** A rate of the schema (`+.50`, with more zeros than ours) is that of the quote when its value is. */
function isQuoted(text: string, { source, target, rate }: Quote): boolean {
  const [given, quoted] = [plainDecimal(text), rate].map((each) =>
    parseRate(source.currency, target.currency, each),
  );
  return given !== undefined && quoted !== undefined && sameRate(given, quoted);
}

/** A date-time with its offset, as UTC; undefined when absent. Schemas allow what JavaScript cannot read. */
function utcOf(text: string | undefined): string | undefined {
  const ms = text === undefined ? undefined : instantOf(text, 0);
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
