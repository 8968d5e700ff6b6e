import { conversionAgrees, amountFromJson, parseRate } from '@tonle/money';
import type { CorridorBody, ParticipantBody } from '@tonle/directory';
import type { PaymentSubmit, Quote, Reason } from '@tonle/contracts';
import { sidesOf, type Directory } from '../directory/directory.js';

/** What the batch knows about a submission besides its own fields. */
export interface SubmitFacts {
  readonly directory: Directory;
  readonly quote: Quote | undefined;
  readonly uetrUsed: boolean;
  readonly keyUsed: boolean;
  readonly quoteUsed: boolean;
  /** Minor units that the debtor has used of its day, without this payment. */
  readonly dayUsedMinor: bigint;
  readonly deadlineMs: number;
  readonly guardMs: number;
}

export interface Refusal {
  readonly reason: Reason;
  readonly detail?: string;
}

type Check = (submit: PaymentSubmit, facts: SubmitFacts, nowMs: number) => Refusal | undefined;

// The order of precedence: the first check that refuses gives the reason.
const CHECKS: readonly Check[] = [
  identifiers,
  participants,
  corridor,
  quote,
  code,
  limits,
  purpose,
  deadline,
];

/** Why a submission may not be paid; undefined when it may. Precedence: as CHECKS stand. */
export function validate(submit: PaymentSubmit, facts: SubmitFacts, nowMs: number): Refusal | undefined {
  for (const check of CHECKS) {
    const refusal = check(submit, facts, nowMs);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

// 1. The doors keep these apart; two doors may still be given the same id.
function identifiers(_submit: PaymentSubmit, { uetrUsed, keyUsed }: SubmitFacts): Refusal | undefined {
  if (keyUsed) return { reason: 'key_reused' };
  return uetrUsed ? { reason: 'uetr_in_use' } : undefined;
}

// 2. Everybody named is known, and may send or receive now.
function participants(submit: PaymentSubmit, { directory, quote }: SubmitFacts): Refusal | undefined {
  const named: [string, 'send' | 'receive' | 'any'][] = [
    [submit.sender, 'any'],
    [submit.debtorAgent, 'send'],
    [submit.creditorAgent, 'receive'],
  ];
  if (quote !== undefined) named.push([quote.provider, 'any']);
  const found = named.map(([id, role]) => ({ id, role, body: directory.participant(id) }));
  const unknown = found.find(({ body }) => body === undefined);
  if (unknown !== undefined) return { reason: 'participant_unknown', detail: unknown.id };
  const paused = found.find(({ body, role }) => !mayAct(body!, role));
  return paused === undefined ? undefined : { reason: 'participant_paused', detail: paused.id };
}

function mayAct({ state }: ParticipantBody, role: 'send' | 'receive' | 'any'): boolean {
  if (state === 'active') return true;
  return (state === 'send_only' && role !== 'receive') || (state === 'receive_only' && role !== 'send');
}

// 3. The corridor exists, joins these two, is open this way and carries these currencies.
function corridor(submit: PaymentSubmit, { directory }: SubmitFacts): Refusal | undefined {
  const found = directory.corridor(submit.corridor);
  if (found === undefined) return { reason: 'corridor_unknown', detail: submit.corridor };
  const away = submit.direction === 'outbound' ? submit.creditorAgent : submit.debtorAgent;
  const home = submit.direction === 'outbound' ? submit.debtorAgent : submit.creditorAgent;
  if (away !== found.partner.network)
    return { reason: 'participant_unknown', detail: `${away} is not in ${submit.corridor}` };
  if (!isHomeBank(directory.participant(home), found)) {
    return { reason: 'participant_unknown', detail: `${home} is no bank of ${found.home.country}` };
  }
  if (!found.open[submit.direction])
    return { reason: 'corridor_closed', detail: `${submit.corridor} ${submit.direction}` };
  const { source, target } = sidesOf(found, submit.direction);
  const served =
    source.currencies.includes(submit.source.currency) && target.currencies.includes(submit.target.currency);
  return served ? undefined : { reason: 'unknown_currency' };
}

function isHomeBank(body: ParticipantBody | undefined, { home }: CorridorBody): boolean {
  return body?.kind === 'bank' && body.country === home.country;
}

// 4. Something is paid; the quote is known, the sender's own, alive at receipt, says the same, and is unused.
function quote(submit: PaymentSubmit, { quote, quoteUsed }: SubmitFacts): Refusal | undefined {
  if (BigInt(submit.source.minor) === 0n || BigInt(submit.target.minor) === 0n)
    return { reason: 'amount_not_positive' };
  if (quote === undefined || quote.participant !== submit.sender || quote.corridor !== submit.corridor) {
    return { reason: 'quote_unknown' };
  }
  // The ledger posts one fee a payment: its transfers are unique by payment and kind.
  if (quote.fees.length > 1)
    return { reason: 'quote_unknown', detail: 'A quote with more than one fee cannot be posted.' };
  if (Date.parse(submit.receivedAt) >= Date.parse(quote.expiresAt)) return { reason: 'quote_expired' };
  if (!sameJson(quote.source, submit.source) || !sameJson(quote.target, submit.target))
    return { reason: 'amount_mismatch' };
  const rate = parseRate(quote.source.currency, quote.target.currency, quote.rate);
  if (
    rate === undefined ||
    !conversionAgrees(amountFromJson(quote.source), amountFromJson(quote.target), rate)
  ) {
    return { reason: 'rate_differs' };
  }
  return quoteUsed ? { reason: 'quote_used' } : undefined;
}

function sameJson(a: Quote['source'], b: Quote['source']): boolean {
  return a.currency === b.currency && BigInt(a.minor) === BigInt(b.minor);
}

// 5. The scanned code and what the payee's network said still held when the instruction came.
function code({ lookup, receivedAt }: PaymentSubmit): Refusal | undefined {
  if (lookup === undefined) return undefined;
  const receivedMs = Date.parse(receivedAt);
  if (lookup.qrExpiresAt !== undefined && receivedMs >= Date.parse(lookup.qrExpiresAt))
    return { reason: 'qr_expired' };
  return receivedMs >= Date.parse(lookup.validUntil) ? { reason: 'lookup_expired' } : undefined;
}

// 6. Limits of the source side: one payment, then the debtor's day.
function limits(submit: PaymentSubmit, { directory, dayUsedMinor }: SubmitFacts): Refusal | undefined {
  const { perPayment, perDebtorDay } = directory.corridor(submit.corridor)!.limits;
  const { currency, minor } = submit.source;
  const each = perPayment[currency];
  if (each !== undefined && BigInt(minor) > BigInt(each)) return { reason: 'limit_per_payment' };
  const day = perDebtorDay[currency];
  return day !== undefined && dayUsedMinor + BigInt(minor) > BigInt(day)
    ? { reason: 'limit_per_day' }
    : undefined;
}

// 7. A purpose code, where the corridor demands one.
function purpose(submit: PaymentSubmit, { directory }: SubmitFacts): Refusal | undefined {
  const demanded = directory.corridor(submit.corridor)!.requiredPurposes[submit.direction];
  if (demanded.length === 0 || demanded.includes(submit.purpose ?? '')) return undefined;
  return { reason: 'purpose_required', detail: demanded.join(', ') };
}

// 8. Time is left. Past the deadline itself is EXPIRED by the table; here: too late to start the credit.
function deadline(
  _submit: PaymentSubmit,
  { deadlineMs, guardMs }: SubmitFacts,
  nowMs: number,
): Refusal | undefined {
  if (nowMs >= deadlineMs) return { reason: 'deadline_passed' };
  return nowMs >= guardMs ? { reason: 'too_late_for_credit' } : undefined;
}
