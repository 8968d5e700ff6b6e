import { amount, amountText } from '@tonle/money';

/** Nets of a window for people, by participant: `-1910.00 THB` owes it. Pure. */
export function netWords(
  nets: readonly { readonly participant: string; readonly netMinor: bigint }[],
  currency: string,
): Record<string, string> {
  return Object.fromEntries(
    nets.map(({ participant, netMinor }) => [participant, amountText(amount(currency, netMinor))]),
  );
}
