import type { LegKind, LegResult } from '@tonle/contracts';
import { magnitude } from '@tonle/money';
import { mergedTerms, type MoneyAmount, type Payment } from './payment.js';

/** Units that rounding at the partner may make, in the currency that it settles. */
const ROUNDING_MINOR = 1n;

type Answer = Pick<LegResult, 'amount' | 'partnerTerms'>;

/**
 * What the payee's network settles where a discount that it names explains why that is less than the target: the discount makes
 * up the difference, or is the same share of the order amount. Undefined for any other figure. Pure.
 */
export function discountedTo(payment: Payment, leg: LegKind, answer: Answer): MoneyAmount | undefined {
  const { amount } = answer;
  if (leg !== 'credit' || payment.direction !== 'outbound' || amount === undefined) return undefined;
  const { target } = payment;
  const booked = BigInt(amount.minor);
  if (amount.currency !== target.currency || booked <= 0n || booked >= target.minor) return undefined;
  const { discountAmount, orderAmount } = mergedTerms(payment.partnerTerms, answer.partnerTerms) ?? {};
  if (discountAmount === undefined) return undefined;
  const whole = discountAmount.currency === target.currency ? target : minorOf(orderAmount);
  if (whole === undefined || discountAmount.currency !== whole.currency) return undefined;
  // The same share of both: booked / target = (whole - discount) / whole.
  const left = whole.minor - BigInt(discountAmount.minor);
  const difference = booked * whole.minor - target.minor * left;
  const explained = magnitude(difference) <= ROUNDING_MINOR * whole.minor;
  return explained ? { currency: target.currency, minor: booked } : undefined;
}

function minorOf(amount: Answer['amount']): MoneyAmount | undefined {
  return amount === undefined ? undefined : { currency: amount.currency, minor: BigInt(amount.minor) };
}
