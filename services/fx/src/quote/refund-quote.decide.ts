import {
  amount,
  amountFromJson,
  amountText,
  amountToJson,
  conversionAgrees,
  convertToTarget,
  currency,
  formatRate,
  parseRate,
  rateBetween,
  type Amount,
  type Rate,
} from '@tonle/money';
import type { Corridor } from '@tonle/directory';
import type { Quote, QuoteRequest, Reason, RefundCause } from '@tonle/contracts';
import { isMadeExact } from '@tonle/payment';
import type { Offer } from './quote.js';

// Refunds (domain 6.11): what may be quoted for one, and what it gives at the rate of its payment.

/** ISO 20022 BaseOneRate: so many digits, the 0 before the point included. */
const RATE_DIGITS_MAX = 11;

/** Why a refund of `original` is not quoted as it is asked for; undefined when it may be. Pure. */
export function refundQuoteRefusal(
  request: QuoteRequest,
  original: Quote | undefined,
  { corridorId, refunds }: Corridor,
): { readonly reason: Reason; readonly detail?: string } | undefined {
  if (original === undefined || original.corridor !== corridorId) return { reason: 'original_unknown' };
  if (refunds === undefined || original.refundOf !== undefined) return { reason: 'refund_not_served' };
  const { source, target, direction } = original;
  const { sourceCurrency, targetCurrency } = request;
  if (sourceCurrency !== target.currency || targetCurrency !== source.currency)
    return {
      reason: 'unknown_currency',
      detail: `A refund of this payment is of ${target.currency}, paid out in ${source.currency}.`,
    };
  if (request.fixed !== 'source')
    return {
      reason: 'unknown_currency',
      detail: `The amount of a refund is fixed in ${target.currency}, which was paid out.`,
    };
  if (direction !== undefined && direction === request.direction)
    return { reason: 'original_unknown', detail: `The payment was ${direction} itself.` };
  if (BigInt(request.amount.minor) <= BigInt(target.minor)) return undefined;
  const detail = `The payment was of ${amountText(amountFromJson(target))}.`;
  return { reason: 'refund_exceeds', detail };
}

/**
 * What a part of the payee's amount gives at the rate of the payment: the same part of the payer's, rounded down to what can be
 * paid, so that parts never give more than the whole and the whole gives the whole. The rate is one that agrees with both (I9).
 * Undefined for a part that comes to nothing. Pure.
 */
export function atOriginalRate(
  original: Pick<Quote, 'source' | 'target'>,
  part: Amount,
): { readonly target: Amount; readonly rate: Rate } | undefined {
  const [paid, got] = [amountFromJson(original.source), amountFromJson(original.target)];
  const step = currency(paid.currency).payableStep;
  const minor = (paid.minor * part.minor) / got.minor;
  const target = amount(paid.currency, minor - (minor % step));
  if (target.minor === 0n) return undefined;
  const floor = rateBetween(part, target, fractionsOf(part, target));
  const [below, above] = [floor, { ...floor, unscaled: floor.unscaled + 1n }].map(writable);
  for (const rate of [below, above]) {
    if (rate !== undefined && conversionAgrees(part, target, rate)) return { target, rate };
  }
  // So large an amount that the last digit of a rate is worth more than the least that can be paid: what the rate below gives.
  const most = below && convertToTarget(part, below, 'floor');
  return below === undefined || most === undefined || most.minor === 0n
    ? undefined
    : { target: most, rate: below };
}

/** What a refund is made for: at what rate its payer gets how much. */
interface RefundOrder {
  readonly request: QuoteRequest;
  readonly original?: Quote;
}

/**
 * Is it converted at the rate of the day, but gives exactly its part of what was paid, since somebody is at fault (domain 6.11)? What that
 * part is; `nothing` where it comes to nothing. Pure.
 */
export function exactRefund(
  { request, original }: RefundOrder,
  { refunds }: Corridor,
  part: Amount,
): NonNullable<ReturnType<typeof atOriginalRate>> | 'nothing' | undefined {
  const { refundCause } = request;
  const isExact = refunds?.rate === 'today' && refundCause !== undefined && isMadeExact(refundCause);
  return isExact && original !== undefined ? (atOriginalRate(original, part) ?? 'nothing') : undefined;
}

/** The best offer for the target of an exact refund, as the payment's own rate has it; what the provider gets stands beside it. */
export function exactOffer(
  { rate, target }: NonNullable<ReturnType<typeof atOriginalRate>>,
  part: Amount,
  best: Offer,
): Offer {
  const conversion = { source: amountToJson(best.source), rate: formatRate(best.rate) };
  return {
    ...best,
    ...{ rate, baseRate: rate, improvementBasisPoints: 0, source: part, target, conversion },
  };
}

/** Why it is made, with what follows for its provider and for the fee of its payment. Pure. */
export function quotedCause(
  { request: { refundCause }, original }: RefundOrder,
  { refunds }: Corridor,
  part: Amount,
  { conversion }: Pick<Offer, 'conversion'>,
): RefundCause | undefined {
  if (refundCause === undefined || original === undefined) return undefined;
  const feeReturned = returnedFee(original, part, refundCause, refunds?.schemeFee);
  return {
    ...refundCause,
    ...(conversion === undefined ? {} : { conversion }),
    ...(feeReturned === undefined ? {} : { feeReturned }),
  };
}

/** The part of the payment's fee that goes back with this part of it, rounded down; undefined for nothing. */
function returnedFee(
  { fees: [fee], target }: Quote,
  part: Amount,
  { fault }: Pick<RefundCause, 'fault'>,
  rule: NonNullable<Corridor['refunds']>['schemeFee'] = 'switch_fault',
): RefundCause['feeReturned'] {
  const isReturned = rule === 'always' || (rule === 'switch_fault' && fault === 'switch');
  if (!isReturned || fee === undefined) return undefined;
  const minor = (BigInt(fee.amount.minor) * part.minor) / BigInt(target.minor);
  return minor === 0n ? undefined : { payer: fee.payer, amount: { ...fee.amount, minor: minor.toString() } };
}

/** As many fractions as a rate may have beside its whole part. */
function fractionsOf(from: Amount, to: Amount): number {
  const whole = rateBetween(from, to, 0).unscaled.toString();
  return Math.max(RATE_DIGITS_MAX - whole.length, 0);
}

const writable = (rate: Rate): Rate | undefined => parseRate(rate.source, rate.target, formatRate(rate));
