import { findCurrency, parseRate, type Rate } from '@tonle/money';
import type { Reason } from '@tonle/contracts';
import { RATE_AGE_MS_MAX, RATE_STEP_BASIS_POINTS_MAX, type StandingRate } from './rate.js';

export interface PushedRate {
  readonly sourceCurrency: string;
  readonly targetCurrency: string;
  readonly rate: string;
  readonly validUntil?: string;
}

export type PushDecision =
  | { readonly kind: 'accepted'; readonly rate: Rate; readonly validUntilMs: number | undefined }
  | { readonly kind: 'refused'; readonly reason: Reason; readonly detail: string };

/**
 * May this standing rate be taken? Refuses, in this order: unknown currency, the same currency twice, a rate
 * that cannot be read or held, a validity that is over, a jump from the reference.
 * `reference`: the provider's last rate, or the market's mid when there is none.
 */
export function decidePush(pushed: PushedRate, reference: Rate | undefined, nowMs: number): PushDecision {
  const { sourceCurrency, targetCurrency } = pushed;
  if (findCurrency(sourceCurrency) === undefined || findCurrency(targetCurrency) === undefined) {
    return {
      kind: 'refused',
      reason: 'unknown_currency',
      detail: `${sourceCurrency} or ${targetCurrency} is not a known currency.`,
    };
  }
  if (sourceCurrency === targetCurrency) {
    return { kind: 'refused', reason: 'rate_refused', detail: 'A rate requires two different currencies.' };
  }
  const rate = parseRate(sourceCurrency, targetCurrency, pushed.rate);
  if (rate === undefined)
    return { kind: 'refused', reason: 'rate_refused', detail: 'This is not a rate of at most 11 digits.' };
  const validUntilMs = pushed.validUntil === undefined ? undefined : Date.parse(pushed.validUntil);
  if (validUntilMs !== undefined && validUntilMs <= nowMs) {
    return { kind: 'refused', reason: 'rate_refused', detail: 'The validity of this rate has ended.' };
  }
  if (reference !== undefined && isJump(rate, reference)) {
    return {
      kind: 'refused',
      reason: 'rate_refused',
      detail: `The rate is more than ${RATE_STEP_BASIS_POINTS_MAX} basis points from the previous one.`,
    };
  }
  return { kind: 'accepted', rate, validUntilMs };
}

function isJump(rate: Rate, reference: Rate): boolean {
  const [fresh, last] = aligned(rate, reference);
  const distance = fresh > last ? fresh - last : last - fresh;
  return distance * 10_000n > last * RATE_STEP_BASIS_POINTS_MAX;
}

/** Two rates of one pair as integers of the same scale. */
function aligned(a: Rate, b: Rate): [bigint, bigint] {
  return [a.unscaled * 10n ** BigInt(b.scale), b.unscaled * 10n ** BigInt(a.scale)];
}

/** Below zero when `a` gives the payee less than `b`. */
export function compareRates(a: Rate, b: Rate): number {
  const [left, right] = aligned(a, b);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Why a standing rate cannot be quoted now; undefined when it can. */
export function rateUnusable(rate: StandingRate, nowMs: number): 'rate_withdrawn' | 'rate_stale' | undefined {
  if (rate.rate === undefined) return 'rate_withdrawn';
  if (nowMs - rate.pushedAtMs > RATE_AGE_MS_MAX) return 'rate_stale';
  if (rate.validUntilMs !== undefined && rate.validUntilMs <= nowMs) return 'rate_stale';
  return undefined;
}
