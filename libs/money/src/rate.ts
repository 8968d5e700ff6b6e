import { amount, type Amount } from './amount.js';
import { currency } from './currency.js';

/**
 * An exchange rate: units of the target currency for one unit of the source currency, as a decimal.
 * ISO 20022 BaseOneRate: at most 11 digits in all, 10 of them fractions.
 */
export interface Rate {
  readonly source: string;
  readonly target: string;
  /** The decimal's digits without its point. */
  readonly unscaled: bigint;
  /** How many of those digits are fractions, 0 to 10. */
  readonly scale: number;
}

export type Rounding = 'floor' | 'ceiling' | 'half_even';

const RATE_TEXT = /^(\d{1,11})(?:\.(\d+))?$/;
const RATE_DIGITS_MAX = 11;
const BASIS_POINTS = 10_000n;

/**
 * Reads a rate such as "0.00816000". Undefined when malformed, zero or longer than BaseOneRate allows. The fractions stay as
 * they are written; whether two rates are the same `sameRate` says.
 */
export function parseRate(source: string, target: string, text: string): Rate | undefined {
  const match = RATE_TEXT.exec(text);
  if (match === null) return undefined;
  const [, written = '', fraction = ''] = match;
  const digits = written.replace(/^0+(?=\d)/, '').length + fraction.length;
  if (digits > RATE_DIGITS_MAX) return undefined;
  const unscaled = BigInt(written + fraction);
  return unscaled === 0n ? undefined : { source, target, unscaled, scale: fraction.length };
}

/** Same currencies and same value: 0.0081604 is 0.00816040. */
export function sameRate(a: Rate, b: Rate): boolean {
  return (
    a.source === b.source &&
    a.target === b.target &&
    a.unscaled * 10n ** BigInt(b.scale) === b.unscaled * 10n ** BigInt(a.scale)
  );
}

/** The rate as decimal text, with the fractions it was made with. */
export function formatRate(rate: Rate): string {
  const digits = rate.unscaled.toString().padStart(rate.scale + 1, '0');
  if (rate.scale === 0) return digits;
  return `${digits.slice(0, -rate.scale)}.${digits.slice(-rate.scale)}`;
}

/**
 * Improves a base rate by basis points (tier and participant improvements are added, then applied once;
 * Nexus, domain 1.4). The result is rounded down to 8 fractions, or as many as the base has, and to what BaseOneRate holds.
 */
export function improveRate(base: Rate, basisPoints: bigint): Rate {
  const target = fractionsThatFit(base);
  const scaled = base.unscaled * (BASIS_POINTS + basisPoints);
  const unscaled = (scaled * 10n ** BigInt(target)) / (BASIS_POINTS * 10n ** BigInt(base.scale));
  if (unscaled <= 0n) throw new RangeError('an improved rate must stay positive');
  return { ...base, unscaled, scale: target };
}

function fractionsThatFit(base: Rate): number {
  const whole = base.unscaled / 10n ** BigInt(base.scale);
  // An improvement may make one digit more of a whole part, but not of 0.
  const wholeDigits = whole === 0n ? 1 : whole.toString().length + 1;
  return Math.min(Math.max(base.scale, 8), RATE_DIGITS_MAX - wholeDigits);
}

/** Source amount times rate, rounded to the target currency's payable step. */
export function convertToTarget(sourceAmount: Amount, rate: Rate, rounding: Rounding): Amount {
  if (sourceAmount.currency !== rate.source) throw new RangeError('rate is for another currency');
  const source = currency(rate.source);
  const target = currency(rate.target);
  const numerator = sourceAmount.minor * rate.unscaled * 10n ** BigInt(target.scale);
  const denominator = 10n ** BigInt(source.scale + rate.scale);
  return roundToStep(rate.target, numerator, denominator, rounding);
}

/** Target amount divided by rate, rounded to the source currency's payable step. */
export function convertToSource(targetAmount: Amount, rate: Rate, rounding: Rounding): Amount {
  if (targetAmount.currency !== rate.target) throw new RangeError('rate is for another currency');
  const source = currency(rate.source);
  const target = currency(rate.target);
  const numerator = targetAmount.minor * 10n ** BigInt(source.scale + rate.scale);
  const denominator = rate.unscaled * 10n ** BigInt(target.scale);
  return roundToStep(rate.source, numerator, denominator, rounding);
}

function roundToStep(code: string, numerator: bigint, denominator: bigint, rounding: Rounding): Amount {
  const step = currency(code).payableStep;
  return amount(code, divideRounded(numerator, denominator * step, rounding) * step);
}

/** Integer division of non-negative values with the given rounding. */
export function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  if (numerator < 0n || denominator <= 0n) throw new RangeError('rounding is for non-negative values');
  const quotient = numerator / denominator;
  const remainder = numerator % denominator;
  if (remainder === 0n || rounding === 'floor') return quotient;
  if (rounding === 'ceiling') return quotient + 1n;
  const twice = remainder * 2n;
  const up = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}

/**
 * The two integers of a conversion (domain 6.8): the fixed side is exact, the other side is rounded
 * against the payer: ceiling for what the payer is charged, floor for what the payee receives.
 */
export function convert(
  fixed: 'source' | 'target',
  fixedAmount: Amount,
  rate: Rate,
): { source: Amount; target: Amount } {
  return fixed === 'target'
    ? { source: convertToSource(fixedAmount, rate, 'ceiling'), target: fixedAmount }
    : { source: fixedAmount, target: convertToTarget(fixedAmount, rate, 'floor') };
}

/** Invariant I9: do the two integers agree under the rule of `convert`, whichever side was fixed? */
export function conversionAgrees(source: Amount, target: Amount, rate: Rate): boolean {
  return (
    convertToSource(target, rate, 'ceiling').minor === source.minor ||
    convertToTarget(source, rate, 'floor').minor === target.minor
  );
}

/** The rate at which two amounts stand to each other: units of the second's currency for one of the first's, rounded down. */
export function rateBetween(from: Amount, to: Amount, fractions: number): Rate {
  const [up, down] = [currency(from.currency), currency(to.currency)].map(
    ({ scale }) => 10n ** BigInt(scale),
  );
  const unscaled = (to.minor * up! * 10n ** BigInt(fractions)) / (from.minor * down!);
  return { source: from.currency, target: to.currency, unscaled, scale: fractions };
}
