import { amount, amountText, findCurrency } from '@tonle/money';

const MINOR = /^-?\d{1,18}$/;

/**
 * What would be done as people read it: `capMinor` beside or within a `currency` is `cap` with its currency. `currency` is that of the
 * request, for what names none itself.
 */
export function shownPayload(
  payload: Readonly<Record<string, unknown>>,
  currency?: string,
): Record<string, unknown> {
  const own = typeof payload['currency'] === 'string' ? payload['currency'] : currency;
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]): [string, unknown] => {
      const shown = isMinor(name) ? textOf(value, own) : undefined;
      return shown === undefined ? [name, shownValue(value, own)] : [nameOf(name), shown];
    }),
  );
}

function shownValue(value: unknown, currency: string | undefined): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => shownValue(each, currency));
  return typeof value === 'object' && value !== null
    ? shownPayload(value as Record<string, unknown>, currency)
    : value;
}

function textOf(value: unknown, currency: string | undefined): string | undefined {
  if (typeof value !== 'string' || !MINOR.test(value)) return undefined;
  if (currency === undefined || findCurrency(currency) === undefined) return undefined;
  return amountText(amount(currency, BigInt(value)));
}

const isMinor = (name: string): boolean => name === 'minor' || name.endsWith('Minor');

const nameOf = (name: string): string => (name === 'minor' ? 'amount' : name.slice(0, -'Minor'.length));
