import { isOneCurrency } from '@tonle/contracts';
import type { AmountJson } from '@tonle/money';

/** Who stands between the two sides, by what they do: change the money, or only pass it on. Nobody while that is not known. */
export function showBetween(
  source: AmountJson,
  target: AmountJson,
  between: string | undefined,
): { fxProvider?: string; settlementBank?: string } {
  if (between === undefined || between === '') return {};
  return isOneCurrency(source, target) ? { settlementBank: between } : { fxProvider: between };
}
