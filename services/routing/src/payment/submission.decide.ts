import { amount, amountFromJson, amountText, conversionAgrees, parseRate } from '@tonle/money';
import { deadlinesOf } from '@tonle/payment';
import {
  closureOf,
  pauseOf,
  sidesOf,
  type Directory,
  type ParticipantBody,
  type Role,
  type Side,
} from '@tonle/directory';
import type { PaymentSubmit, Quote, Reason } from '@tonle/contracts';
import { refundRefusal } from '../refund/refund.decide.js';
import type { Payment } from './payment.js';

// Why a submission may not be paid. What its own words, the directory, the quote and the clock say is checked
// once, before anything is locked; what other payments may have taken meanwhile is checked under the locks.

/** Epoch ms: the end of the payment's time, and the last instant before which its credit may be started. */
export interface PaymentTimes {
  readonly deadlineMs: number;
  readonly guardMs: number;
}

/** What stands whatever other payments do. */
export interface StandingFacts extends PaymentTimes {
  readonly submit: PaymentSubmit;
  readonly directory: Directory;
  readonly quote: Quote | undefined;
  readonly nowMs: number;
}

/** What other payments may take: keys, the quote, the debtor's day, what is left of the payment that is refunded. */
export interface ContendedFacts {
  readonly uetrUsed: boolean;
  readonly keyUsed: boolean;
  readonly quoteUsed: boolean;
  /** Minor units that the debtor has used of its day, without this payment. */
  readonly dayUsedMinor: bigint;
  /** Of a refund: the payment that it names, and what other refunds of it give back. Absent: asked before, and counted since. */
  readonly refund?: {
    readonly original: Payment | undefined;
    readonly refundedMinor: bigint;
    readonly isSwitchFault: boolean;
    readonly isHeld: boolean;
  };
}

export interface SubmissionRefusal {
  readonly reason: Reason;
  readonly detail?: string;
}

/** A submission after its standing checks: what is left to ask under the locks. */
export interface Standing {
  readonly facts: StandingFacts;
  /** The first standing check that refuses, by its place in the order of precedence. */
  readonly first: { readonly place: number; readonly refusal: SubmissionRefusal } | undefined;
}

type Check =
  | { readonly kind: 'standing'; readonly check: (facts: StandingFacts) => SubmissionRefusal | undefined }
  | {
      readonly kind: 'contended';
      readonly check: (facts: StandingFacts, contended: ContendedFacts) => SubmissionRefusal | undefined;
    };

// The order of precedence: the first check that refuses gives the reason, whichever kind it is.
const CHECKS: readonly Check[] = [
  { kind: 'contended', check: identifiers },
  { kind: 'standing', check: participants },
  { kind: 'standing', check: corridor },
  { kind: 'contended', check: original },
  { kind: 'standing', check: quote },
  { kind: 'contended', check: quoteUnused },
  { kind: 'standing', check: code },
  { kind: 'standing', check: limitPerPayment },
  { kind: 'contended', check: limitPerDay },
  { kind: 'standing', check: purpose },
  { kind: 'standing', check: timeLeft },
];

/** Asks everything that can be known before the locks. */
export function standingOf(facts: StandingFacts): Standing {
  for (const [place, check] of CHECKS.entries()) {
    const refusal = check.kind === 'standing' ? check.check(facts) : undefined;
    if (refusal !== undefined) return { facts, first: { place, refusal } };
  }
  return { facts, first: undefined };
}

/** Why a submission may not be paid; undefined when it may. Precedence: as CHECKS stand. */
export function refusalOf(
  { facts, first }: Standing,
  contended: ContendedFacts,
): SubmissionRefusal | undefined {
  for (const check of CHECKS.slice(0, first?.place)) {
    const refused = check.kind === 'contended' ? check.check(facts, contended) : undefined;
    if (refused !== undefined) return refused;
  }
  return first?.refusal;
}

/** Deadline and credit guard of a submission; without a corridor it has no time at all. */
export function timesOf(submit: PaymentSubmit, directory: Directory): PaymentTimes {
  const acceptedAtMs = Math.min(Date.parse(submit.acceptedAt), Date.parse(submit.receivedAt));
  const corridor = directory.corridor(submit.corridor);
  if (corridor === undefined) return { deadlineMs: acceptedAtMs, guardMs: acceptedAtMs };
  const senderDeadlineMs = submit.deadline === undefined ? undefined : Date.parse(submit.deadline);
  const { deadlineMs, creditGuardMs } = deadlinesOf({ acceptedAtMs, senderDeadlineMs }, corridor.timers);
  return { deadlineMs, guardMs: creditGuardMs };
}

// 1. The doors keep these apart; two doors may still be given the same id.
function identifiers(
  _facts: StandingFacts,
  { uetrUsed, keyUsed }: ContendedFacts,
): SubmissionRefusal | undefined {
  if (keyUsed) return { reason: 'key_reused' };
  return uetrUsed ? { reason: 'uetr_in_use' } : undefined;
}

// 2. Everybody named is known, and may send or receive now.
function participants({ submit, directory, quote, nowMs }: StandingFacts): SubmissionRefusal | undefined {
  const named: [string, Role][] = [
    [submit.sender, 'any'],
    [submit.debtorAgent, 'send'],
    [submit.creditorAgent, 'receive'],
  ];
  if (quote !== undefined) named.push([quote.provider, 'any']);
  const found = named.map(([id, role]) => ({ id, role, body: directory.participant(id) }));
  const unknown = found.find(({ body }) => body === undefined);
  if (unknown !== undefined)
    return { reason: 'participant_unknown', detail: `${unknown.id} is not a participant.` };
  const begun = submit.refundOf === undefined ? 'payment' : 'refund';
  const [pause] = found.flatMap(({ body, role }) => pauseOf(body!, role, nowMs, begun) ?? []);
  return pause === undefined ? undefined : { reason: 'participant_paused', detail: pause.detail };
}

// 3. The corridor exists, joins these two, is open this way and carries these currencies.
function corridor({ submit, directory, nowMs }: StandingFacts): SubmissionRefusal | undefined {
  const found = directory.corridor(submit.corridor);
  if (found === undefined)
    return { reason: 'corridor_unknown', detail: `There is no corridor ${submit.corridor}.` };
  const away = submit.direction === 'outbound' ? submit.creditorAgent : submit.debtorAgent;
  const home = submit.direction === 'outbound' ? submit.debtorAgent : submit.creditorAgent;
  if (away !== found.partner.participant)
    return { reason: 'participant_unknown', detail: `${away} is not part of corridor ${submit.corridor}.` };
  if (!isMember(directory.participant(home), found.home)) {
    return { reason: 'participant_unknown', detail: `${home} is not a member of ${found.home.name}.` };
  }
  const begun = submit.refundOf === undefined ? 'payment' : 'refund';
  const closure = closureOf(found, submit.direction, nowMs, begun);
  if (closure !== undefined) return { reason: 'corridor_closed', detail: closure.detail };
  const { source, target } = sidesOf(found, submit.direction);
  const served =
    source.currencies.includes(submit.source.currency) && target.currencies.includes(submit.target.currency);
  if (served) return undefined;
  const pair = `${submit.source.currency} to ${submit.target.currency}`;
  return { reason: 'unknown_currency', detail: `${pair} is not served in corridor ${submit.corridor}.` };
}

function isMember(body: ParticipantBody | undefined, { networkId }: Side): boolean {
  return body?.kind === 'bank' && body.memberOf.includes(networkId);
}

// 4. A refund gives back what there is to give back; it may name a payment that ends in the same batch.
function original(
  { submit, directory }: StandingFacts,
  { refund }: ContendedFacts,
): SubmissionRefusal | undefined {
  if (refund === undefined) return undefined;
  return refundRefusal({ ...refund, submit, corridor: directory.corridor(submit.corridor)! });
}

// 5. Something is paid; the quote is known, the sender's own, alive at receipt and says the same.
function quote({ submit, quote }: StandingFacts): SubmissionRefusal | undefined {
  if (BigInt(submit.source.minor) === 0n || BigInt(submit.target.minor) === 0n)
    return { reason: 'amount_not_positive' };
  if (quote === undefined || quote.participant !== submit.sender || quote.corridor !== submit.corridor) {
    return { reason: 'quote_unknown' };
  }
  if (quote.direction !== undefined && quote.direction !== submit.direction)
    return { reason: 'quote_unknown', detail: `The quote is for ${quote.direction} payments.` };
  if (quote.refundOf !== submit.refundOf?.quoteId)
    return {
      reason: 'quote_unknown',
      detail: 'A refund needs a quote for the refund of its payment, and nothing else does.',
    };
  // The ledger posts one fee a payment: its transfers are unique by payment and kind.
  if (quote.fees.length > 1)
    return { reason: 'quote_unknown', detail: 'A quote with more than one fee cannot be posted.' };
  if (Date.parse(submit.receivedAt) >= Date.parse(quote.expiresAt))
    return { reason: 'quote_expired', detail: `The quote expired at ${quote.expiresAt}.` };
  if (!sameJson(quote.source, submit.source) || !sameJson(quote.target, submit.target))
    return { reason: 'amount_mismatch', detail: mismatchText(submit, quote) };
  if (!isSameCause(submit, quote))
    return { reason: 'amount_mismatch', detail: 'The quote has other terms for this refund.' };
  const rate = parseRate(quote.source.currency, quote.target.currency, quote.rate);
  if (
    rate === undefined ||
    !conversionAgrees(amountFromJson(quote.source), amountFromJson(quote.target), rate)
  ) {
    return {
      reason: 'rate_differs',
      detail: `The quoted amounts do not follow from its rate, ${quote.rate}.`,
    };
  }
  return undefined;
}

/** What is invoiced because of a refund is what its quote says; the fault itself has been looked at with the original. */
function isSameCause({ refundCause: told }: PaymentSubmit, { refundCause: quoted }: Quote): boolean {
  const [a, b] = [told, quoted].map((cause) =>
    JSON.stringify([
      cause?.conversion?.source.minor,
      cause?.conversion?.rate,
      cause?.feeReturned?.payer,
      cause?.feeReturned?.amount.currency,
      cause?.feeReturned?.amount.minor,
    ]),
  );
  return a === b && (quoted === undefined || told?.fault === quoted.fault);
}

function mismatchText(submit: PaymentSubmit, quote: Quote): string {
  const [quoted, asked] = [quote, submit].map(({ source, target }) =>
    [source, target].map((each) => amountText(amountFromJson(each))).join(' for '),
  );
  return `The quote is of ${quoted}; this payment is of ${asked}.`;
}

// 6. No other payment uses the quote.
function quoteUnused(_facts: StandingFacts, { quoteUsed }: ContendedFacts): SubmissionRefusal | undefined {
  return quoteUsed ? { reason: 'quote_used' } : undefined;
}

function sameJson(a: Quote['source'], b: Quote['source']): boolean {
  return a.currency === b.currency && BigInt(a.minor) === BigInt(b.minor);
}

// 7. The scanned code and what the payee's network said still held when the instruction came.
function code({ submit: { lookup, receivedAt } }: StandingFacts): SubmissionRefusal | undefined {
  if (lookup === undefined) return undefined;
  const receivedMs = Date.parse(receivedAt);
  if (lookup.qrExpiresAt !== undefined && receivedMs >= Date.parse(lookup.qrExpiresAt))
    return { reason: 'qr_expired', detail: `The QR code expired at ${lookup.qrExpiresAt}.` };
  return receivedMs >= Date.parse(lookup.validUntil)
    ? { reason: 'lookup_expired', detail: `The lookup expired at ${lookup.validUntil}.` }
    : undefined;
}

// 8. The corridor's limit for one payment, on the source side. Limits and purposes are for payers: no refund asks for them.
function limitPerPayment({ submit, directory }: StandingFacts): SubmissionRefusal | undefined {
  const { currency, minor } = submit.source;
  const limit = directory.corridor(submit.corridor)!.limits.perPayment[currency];
  if (submit.refundOf !== undefined || limit === undefined || BigInt(minor) <= BigInt(limit))
    return undefined;
  const [asked, most] = [minor, limit].map((each) => amountText(amount(currency, BigInt(each))));
  return {
    reason: 'limit_per_payment',
    detail: `The limit per payment in corridor ${submit.corridor} is ${most}; this payment is of ${asked}.`,
  };
}

// 9. The debtor's day has room for it.
function limitPerDay(
  { submit, directory }: StandingFacts,
  { dayUsedMinor }: ContendedFacts,
): SubmissionRefusal | undefined {
  const { currency, minor } = submit.source;
  const limit = directory.corridor(submit.corridor)!.limits.perDebtorDay[currency];
  if (submit.refundOf !== undefined || limit === undefined || dayUsedMinor + BigInt(minor) <= BigInt(limit))
    return undefined;
  // A limit that was lowered during the day may have been passed before.
  const leftMinor = dayUsedMinor < BigInt(limit) ? BigInt(limit) - dayUsedMinor : 0n;
  const [asked, most, left] = [BigInt(minor), BigInt(limit), leftMinor].map((each) =>
    amountText(amount(currency, each)),
  );
  return {
    reason: 'limit_per_day',
    detail: `The limit per payer and day in corridor ${submit.corridor} is ${most}, of which ${left} is left; this payment is of ${asked}.`,
  };
}

// 10. A purpose code, where the corridor demands one.
function purpose({ submit, directory }: StandingFacts): SubmissionRefusal | undefined {
  const demanded = directory.corridor(submit.corridor)!.requiredPurposes[submit.direction];
  if (submit.refundOf !== undefined || demanded.length === 0 || demanded.includes(submit.purpose ?? ''))
    return undefined;
  return { reason: 'purpose_required', detail: `Send one of: ${demanded.join(', ')}.` };
}

// 11. Time is left. Past the deadline itself is EXPIRED by the table; here: too late to start the credit.
function timeLeft({ deadlineMs, guardMs, nowMs }: StandingFacts): SubmissionRefusal | undefined {
  if (nowMs >= deadlineMs) return { reason: 'deadline_passed' };
  return nowMs >= guardMs ? { reason: 'too_late_for_credit' } : undefined;
}
