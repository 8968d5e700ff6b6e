import { currency, findCurrency, type Currency, type CurrencyCode } from './currency.js';

/** An amount of money: an integer of minor units in one currency. Never a float. */
export interface Amount {
  readonly currency: CurrencyCode;
  readonly minor: bigint;
}

/** How an amount travels in JSON between services: minor units as a decimal string. */
export interface AmountJson {
  readonly currency: string;
  readonly minor: string;
}

export type AmountRefusal =
  'unknown_currency' | 'malformed_amount' | 'too_many_decimals' | 'amount_not_positive' | 'amount_too_large';

export type AmountResult =
  | { readonly kind: 'ok'; readonly amount: Amount }
  | { readonly kind: 'refused'; readonly reason: AmountRefusal };

/** ISO 20022 allows 18 digits in an amount; bigint columns in PostgreSQL hold them. */
const MINOR_MAX = 10n ** 18n - 1n;
const DECIMAL = /^(\d{1,18})(?:\.(\d{1,18}))?$/;

/** An amount of minor units. Throws RangeError for a currency our table does not know. */
export function amount(code: string, minor: bigint): Amount {
  return { currency: currency(code).code, minor };
}

/**
 * Reads a decimal text in major units ("820.00") as it stands on a wire.
 * Refuses, in this order: unknown currency, malformed text (sign, exponent, blanks), more decimals
 * than the currency can pay (its payable step), more than 18 digits, zero.
 */
export function parseAmount(code: string, text: string): AmountResult {
  const read = readDecimal(code, text, (known) => known.payableStep);
  if (read.kind === 'refused' || read.amount.minor > 0n) return read;
  return { kind: 'refused', reason: 'amount_not_positive' };
}

/**
 * Reads what an account holds or was booked on it: balances, charges and interest may use all decimals of ISO 4217, and
 * may be zero; the payable step is a rule for payments. Refuses as `parseAmount` does, but for these two.
 */
export function parseBookedAmount(code: string, text: string): AmountResult {
  return readDecimal(code, text, () => 1n);
}

function readDecimal(code: string, text: string, stepOf: (known: Currency) => bigint): AmountResult {
  const known = findCurrency(code);
  if (known === undefined) return { kind: 'refused', reason: 'unknown_currency' };
  const match = DECIMAL.exec(text);
  if (match === null) return { kind: 'refused', reason: 'malformed_amount' };
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > known.scale) return { kind: 'refused', reason: 'too_many_decimals' };
  const minor = BigInt(match[1] + fraction.padEnd(known.scale, '0'));
  if (minor % stepOf(known) !== 0n) return { kind: 'refused', reason: 'too_many_decimals' };
  if (minor > MINOR_MAX) return { kind: 'refused', reason: 'amount_too_large' };
  return { kind: 'ok', amount: { currency: known.code, minor } };
}

/** Writes minor units as major units, with all decimals of the currency. */
export function formatAmount(value: Amount): string {
  const { scale } = currency(value.currency);
  const unit = 10n ** BigInt(scale);
  const negative = value.minor < 0n;
  const minor = magnitude(value.minor);
  const whole = `${negative ? '-' : ''}${minor / unit}`;
  return scale === 0 ? whole : `${whole}.${(minor % unit).toString().padStart(scale, '0')}`;
}

/**
 * Writes an amount the way its payers write it: without decimals where only whole units are paid
 * (KHR, LAK, VND, JPY), else with the currency's decimals. Throws RangeError for a part of what can be paid.
 */
export function formatPayable(value: Amount): string {
  const { scale, payableStep } = currency(value.currency);
  if (payableStep !== 10n ** BigInt(scale)) return formatAmount(value);
  if (value.minor % payableStep !== 0n)
    throw new RangeError(`${value.minor} minor units of ${value.currency} are not whole`);
  return (value.minor / payableStep).toString();
}

/** Is it a whole number of what can be paid? No part of a riel or a kip is. */
export function isPayable(value: Amount): boolean {
  return value.minor % currency(value.currency).payableStep === 0n;
}

/** Writes an amount as its payers write it, and with all decimals when it cannot be paid. */
export function formatAsPaid(value: Amount): string {
  return isPayable(value) ? formatPayable(value) : formatAmount(value);
}

/** An amount in a sentence, `100240 KHR`. */
export function amountText(value: Amount): string {
  return `${formatAsPaid(value)} ${value.currency}`;
}

/** The same of minor units, whose currency may be a partner's word, and one that nobody knows. */
export function minorText(minor: bigint, code: string): string {
  return findCurrency(code) === undefined
    ? `${minor} minor units of ${code}`
    : amountText(amount(code, minor));
}

/** The JSON form between services. */
export function amountToJson(value: Amount): AmountJson {
  return { currency: value.currency, minor: value.minor.toString() };
}

/** Reads the JSON form between services. Throws RangeError for an unknown currency, SyntaxError for a non-integer. */
export function amountFromJson(json: AmountJson): Amount {
  return amount(json.currency, BigInt(json.minor));
}

/** Minor units without their sign. */
export function magnitude(minor: bigint): bigint {
  return minor < 0n ? -minor : minor;
}

/** Same currency and same integer. */
export function sameAmount(a: Amount, b: Amount): boolean {
  return a.currency === b.currency && a.minor === b.minor;
}
