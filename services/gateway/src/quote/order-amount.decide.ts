import type { PartnerTerms } from '@tonle/contracts';
import { convertToTarget, parseRate, type Amount } from '@tonle/money';

/**
 * What a network settles for an amount in the payee's own currency, at the rate that it told when the payee was looked up; undefined
 * when it told none of these currencies. Rounded half to even, as networks convert: what it settles in the end, it says.
 */
export function settledFor(
  order: Amount,
  { settlementRate, quote }: PartnerTerms,
  settled: string,
): Amount | undefined {
  const told = [settlementRate, quote].find(
    (rate) =>
      rate?.unitCurrency === order.currency && rate.quotedCurrency === settled && (rate.unit ?? '1') === '1',
  );
  const rate = told === undefined ? undefined : parseRate(order.currency, settled, told.rate);
  return rate === undefined ? undefined : convertToTarget(order, rate, 'half_even');
}
