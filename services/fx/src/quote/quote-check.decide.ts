import { amount, amountText, currency, findCurrency, type Amount } from '@tonle/money';
import { closureOf, directionOf, pauseOf, type Corridor } from '@tonle/directory';
import type { Direction, QuoteRequest, Reason } from '@tonle/contracts';
import { partnerRefusal } from './partner-rate.decide.js';
import type { QuoteFee, QuoteOrder, Market } from './quote.js';
import { refundQuoteRefusal } from './refund-quote.decide.js';

// What is asked of a request for a quote before anybody offers.

type Checked =
  | { readonly kind: 'refused'; readonly reason: Reason; readonly detail?: string }
  | {
      readonly kind: 'ok';
      readonly corridor: Corridor;
      readonly direction: Direction;
      /** In one currency: who stands between the two sides. */
      readonly settlementBank: string | undefined;
      readonly fixedAmount: Amount;
      readonly fees: readonly QuoteFee[];
      readonly expiresAtMs: number;
    };

/** A request that may be quoted. */
export type CheckedRequest = Extract<Checked, { kind: 'ok' }>;

const refused = (reason: Reason, detail?: string): Checked =>
  detail === undefined ? { kind: 'refused', reason } : { kind: 'refused', reason, detail };

const notServed = ({ sourceCurrency, targetCurrency }: QuoteRequest): string =>
  `${sourceCurrency} to ${targetCurrency} is not served in this corridor.`;

/** No quote outlives what is known of the payee, or the partner's own quote. */
function endOf({ notAfter, partnerTerms }: QuoteRequest, lastMs: number): number {
  const ends = [notAfter, partnerTerms?.quote?.expiresAt].flatMap((end) => end ?? []);
  return Math.min(lastMs, ...ends.map((end) => Date.parse(end)));
}

/** Why a request is not quoted, else what it comes to. */
export function checkRequest(
  { request, original }: QuoteOrder,
  { directory, terms }: Market,
  nowMs: number,
): Checked {
  if (!directory.isLoaded) return refused('unavailable', 'The directory has not been loaded yet.');
  const participant = directory.participant(request.participant);
  if (participant === undefined) return refused('participant_unknown');
  const begun = request.refundOf === undefined ? 'offer' : 'refund';
  const pause = pauseOf(participant, begun === 'refund' ? 'any' : 'send', nowMs, begun);
  if (pause !== undefined) return refused('participant_paused', pause.detail);
  const corridor = directory.corridor(request.corridor);
  if (corridor === undefined) return refused('corridor_unknown');
  const direction = directionOf(corridor, request.sourceCurrency, request.targetCurrency, request.direction);
  if (direction === undefined) return refused('unknown_currency', notServed(request));
  const isSame = request.sourceCurrency === request.targetCurrency;
  const settlementBank = isSame ? corridor.settlementBanks?.[request.sourceCurrency] : undefined;
  if (isSame && settlementBank === undefined) return refused('unknown_currency', notServed(request));
  const closure = closureOf(corridor, direction, nowMs, begun);
  if (closure !== undefined) return refused('corridor_closed', closure.detail);
  const isRefund = begun === 'refund';
  const fixed = fixedAmountOf(request);
  if (fixed.kind === 'refused') return fixed;
  const notBack = isRefund ? refundQuoteRefusal({ ...request, direction }, original, corridor) : undefined;
  if (notBack !== undefined) return refused(notBack.reason, notBack.detail);
  // What is given back at the payment's own rate is measured by none of today's.
  const isPriced = !isRefund || corridor.refunds?.rate === 'today';
  const strange = isPriced
    ? partnerRefusal({ ...request, direction }, fixed.amount, terms, nowMs)
    : undefined;
  if (strange !== undefined) return refused(strange.reason, strange.detail);
  const expiresAtMs = endOf(request, nowMs + corridor.timers.quoteMs);
  if (expiresAtMs <= nowMs) return refused('lookup_expired');
  const over = request.fixed === 'source' ? aboveLimit(request, fixed.amount, corridor) : undefined;
  if (over !== undefined) return over;
  const feeMinor = isRefund ? '0' : (corridor.schemeFee[direction][request.sourceCurrency] ?? '0');
  const fee = {
    kind: 'scheme',
    payer: request.participant,
    amount: { currency: request.sourceCurrency, minor: feeMinor },
  };
  return {
    kind: 'ok',
    corridor,
    direction,
    settlementBank,
    fixedAmount: fixed.amount,
    fees: feeMinor === '0' ? [] : [fee],
    expiresAtMs,
  };
}

/** What routing would refuse is not quoted: the payer would learn it only after its consent. Refunds have no limit. */
export function aboveLimit(
  { refundOf }: QuoteRequest,
  source: Amount,
  { corridorId, limits }: Corridor,
): Extract<Checked, { kind: 'refused' }> | undefined {
  const most = Object.entries({
    'per payment': limits.perPayment[source.currency],
    'per payer and day': limits.perDebtorDay[source.currency],
  }).flatMap(([of, minor]) => (minor === undefined ? [] : [{ of, minor: BigInt(minor) }]));
  const [first, second] = most;
  const least = second !== undefined && second.minor < first!.minor ? second : first;
  if (refundOf !== undefined || least === undefined || source.minor <= least.minor) return undefined;
  const [limit, asked] = [least.minor, source.minor].map((each) => amountText(amount(source.currency, each)));
  return {
    kind: 'refused',
    reason: 'limit_per_payment',
    detail: `The limit ${least.of} in corridor ${corridorId} is ${limit}; this payment would be of ${asked}.`,
  };
}

function fixedAmountOf(
  request: QuoteRequest,
): { kind: 'ok'; amount: Amount } | Extract<Checked, { kind: 'refused' }> {
  const expected = request.fixed === 'source' ? request.sourceCurrency : request.targetCurrency;
  const known = findCurrency(expected);
  if (known === undefined || request.amount.currency !== expected) {
    return {
      kind: 'refused',
      reason: 'unknown_currency',
      detail: `The fixed amount must be in ${expected}.`,
    };
  }
  const fixed = amount(expected, BigInt(request.amount.minor));
  if (fixed.minor === 0n) return { kind: 'refused', reason: 'amount_not_positive' };
  const step = currency(expected).payableStep;
  if (fixed.minor % step !== 0n) {
    const detail = `${expected} is paid in steps of ${amountText(amount(expected, step))}.`;
    return { kind: 'refused', reason: 'too_many_decimals', detail };
  }
  return { kind: 'ok', amount: fixed };
}
