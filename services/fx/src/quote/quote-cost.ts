import { type Amount, currency, divideRounded, magnitude, type Rate } from '@tonle/money';

/**
 * Total cost of a conversion in per cent of what the payer pays, with two decimals: what is paid (fees included)
 * against what the payee's money is worth at the reference rate. Below zero when it beats the reference.
 */
export function totalCostPercent(source: Amount, feesMinor: bigint, target: Amount, mid: Rate): string {
  const paid = source.minor + feesMinor;
  const worth = target.minor * 10n ** BigInt(currency(source.currency).scale + mid.scale);
  const one = mid.unscaled * 10n ** BigInt(currency(target.currency).scale);
  const lost = paid * one - worth;
  const hundredths = divideRounded(magnitude(lost) * 10_000n, paid * one, 'half_even');
  const digits = hundredths.toString().padStart(3, '0');
  const sign = lost < 0n && hundredths > 0n ? '-' : '';
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
