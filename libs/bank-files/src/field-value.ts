import { amount, findCurrency, formatAmount, parseBookedAmount, type AmountRefusal } from '@tonle/money';
import type { BankFileErrorCode } from './reading.js';

// Values as they stand in the fields of bank files.

/** Larger files are refused unread. */
export const BANK_FILE_BYTES_MAX = 16 * 1024 * 1024;

export type FieldResult<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'wrong'; readonly code: BankFileErrorCode; readonly detail: string };

const DAY = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const MS_OF_DAY = 86_400_000;

/** A day of the calendar, YYYY-MM-DD, from 1900 on: whoever means none writes zeros. */
export function isDay(text: string): boolean {
  if (!DAY.test(text) || text < '1900') return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** An instant with its offset, ISO 8601. */
export function isInstant(text: string): boolean {
  const match = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/.exec(text);
  return match !== null && isDay(match[1]!) && !isNaN(Date.parse(text));
}

/** The day before. */
export function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - MS_OF_DAY).toISOString().slice(0, 10);
}

const AMOUNT_DETAILS: Readonly<Record<AmountRefusal, string>> = {
  unknown_currency: 'is no currency',
  malformed_amount: 'is no decimal number',
  too_many_decimals: 'has more decimals than its currency',
  amount_not_positive: 'is not more than zero',
  amount_too_large: 'has more than 18 digits',
};

/** Minor units of a decimal number in major units, `-1910.00` for what was debited. */
export function readDecimal(code: string, text: string): FieldResult<bigint> {
  const isNegative = text.startsWith('-');
  const read = parseBookedAmount(code, isNegative ? text.slice(1) : text);
  if (read.kind === 'ok') return { kind: 'ok', value: isNegative ? -read.amount.minor : read.amount.minor };
  if (read.reason === 'unknown_currency') return wrong('currency_unknown', `${shown(code)} is no currency`);
  return wrong('amount_malformed', `${shown(text)} ${AMOUNT_DETAILS[read.reason]} (${code})`);
}

/** The same, written with all decimals of the currency. */
export function writeDecimal(code: string, minor: bigint): string {
  return formatAmount(amount(code, minor));
}

/** Does the table of currencies know it? */
export function isCurrency(code: string): boolean {
  return findCurrency(code) !== undefined;
}

/** A foreign text in an error: its beginning. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}

/** A field that cannot be read. */
export function wrong(
  code: BankFileErrorCode,
  detail: string,
): { readonly kind: 'wrong'; readonly code: BankFileErrorCode; readonly detail: string } {
  return { kind: 'wrong', code, detail };
}
