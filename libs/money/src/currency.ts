import { ISO_4217 } from './currency.table.js';

/** An ISO 4217 alphabetic code that our table knows. */
export type CurrencyCode = string & { readonly __brand: 'CurrencyCode' };

export interface Currency {
  readonly code: CurrencyCode;
  /** ISO 4217 numeric code, three digits, as EMV QR codes carry it. */
  readonly numeric: string;
  /** Decimal places of the minor unit in ISO 4217 (KHR and LAK have two). */
  readonly scale: number;
  /** The smallest amount that can be paid, in minor units: rounding and "too many decimals" use it. */
  readonly payableStep: bigint;
}

// Riel and kip have two decimals in ISO 4217 but are paid whole.
const PAYABLE_STEP: Readonly<Record<string, bigint>> = { KHR: 100n, LAK: 100n };

const BY_CODE = new Map<string, Currency>();
const BY_NUMERIC = new Map<string, Currency>();
for (const [alpha, numeric, scale] of ISO_4217) {
  const currency: Currency = {
    code: alpha as CurrencyCode,
    numeric,
    scale,
    payableStep: PAYABLE_STEP[alpha] ?? 1n,
  };
  BY_CODE.set(alpha, currency);
  BY_NUMERIC.set(numeric, currency);
}

/** The currency of an alphabetic code; undefined when ISO 4217 has no such payable currency. */
export function findCurrency(code: string): Currency | undefined {
  return BY_CODE.get(code);
}

/** Every currency of ISO 4217, by its code. */
export function currencies(): readonly Currency[] {
  return [...BY_CODE.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** The currency of a three-digit numeric code; undefined when unknown. */
export function findCurrencyByNumeric(numeric: string): Currency | undefined {
  return BY_NUMERIC.get(numeric);
}

/** The currency of a code that was checked before. Throws RangeError when it was not. */
export function currency(code: string): Currency {
  const found = BY_CODE.get(code);
  if (found === undefined) throw new RangeError(`unknown currency ${code}`);
  return found;
}
