import {
  amount,
  amountFromJson,
  amountText,
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
import type { Quote, QuoteRequest, Reason } from '@tonle/contracts';

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

/** As many fractions as a rate may have beside its whole part. */
function fractionsOf(from: Amount, to: Amount): number {
  const whole = rateBetween(from, to, 0).unscaled.toString();
  return Math.max(RATE_DIGITS_MAX - whole.length, 0);
}

const writable = (rate: Rate): Rate | undefined => parseRate(rate.source, rate.target, formatRate(rate));
