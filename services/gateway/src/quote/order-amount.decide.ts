import type { PartnerTerms } from '@tonle/contracts';
import { convertToSource, convertToTarget, parseRate, type Amount } from '@tonle/money';

/**
 * What a network settles for an amount in the payee's own currency, at the rate that it told when the payee was looked up; undefined
 * when it told none of these currencies. Rounded half to even, as networks convert: what it settles in the end, it says.
 */
export function settledFor(
  order: Amount,
  { settlementRate, quote }: PartnerTerms,
  settled: string,
): Amount | undefined {
  for (const told of [settlementRate, quote]) {
    if (told === undefined || (told.unit ?? '1') !== '1') continue;
    const { unitCurrency, quotedCurrency } = told;
    const rate = parseRate(unitCurrency, quotedCurrency, told.rate);
    if (rate === undefined) continue;
    if (unitCurrency === order.currency && quotedCurrency === settled)
      return convertToTarget(order, rate, 'half_even');
    if (unitCurrency === settled && quotedCurrency === order.currency)
      return convertToSource(order, rate, 'half_even');
  }
  return undefined;
}
