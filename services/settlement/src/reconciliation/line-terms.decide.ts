import { magnitude, minorText } from '@tonle/money';
import type { ExpectedItem, FoundBreak, StatementItem } from './reconciliation.js';

// What a network says of a payment beside its amount: the other side of its conversion, and its fee (domain 7.6). Pure.

/** A network's fee by its contract: so many hundredths of a per cent of the amount, and so much beside. */
export interface FeeFormula {
  readonly basisPoints: bigint;
  readonly fixedMinor: bigint;
}

const WHOLE = 10_000n;

/** The fee of an amount, in its currency; half a minor unit is one. */
export function feeOf(amountMinor: bigint, { basisPoints, fixedMinor }: FeeFormula): bigint {
  return fixedMinor + (amountMinor * basisPoints + WHOLE / 2n) / WHOLE;
}

/** A fee may differ by a hundredth of it, or one minor unit, whichever is more (domain 7.6). */
export function feeTolerance(feeMinor: bigint): bigint {
  const hundredth = feeMinor / 100n;
  return hundredth > 1n ? hundredth : 1n;
}

/** A fee that is not what the contract says. */
export function feeBreak(
  item: ExpectedItem,
  key: string,
  { lineId, feeMinor }: StatementItem,
  { fee, currency }: { readonly fee?: FeeFormula; readonly currency: string },
): FoundBreak[] {
  if (fee === undefined || feeMinor === null) return [];
  const wanted = feeOf(item.amountMinor, fee);
  if (magnitude(feeMinor - wanted) <= feeTolerance(wanted)) return [];
  return [
    {
      ...{ type: 'FEE', key, paymentId: item.paymentId, ourMinor: wanted, theirMinor: feeMinor },
      detail: `the fee of line ${lineId} is ${minorText(feeMinor, currency)}, by the contract it is ${minorText(wanted, currency)}`,
    },
  ];
}

/**
 * An amount on the other side of the conversion that is not that of the stored quote: another rate. Where the amounts themselves
 * differ it is told as that alone.
 */
export function rateBreak(item: ExpectedItem, key: string, line: StatementItem): FoundBreak[] {
  const { counterCurrency: currency, counterMinor } = line;
  if (currency === null || counterMinor === null || item.counterCurrency !== currency) return [];
  if (counterMinor === item.counterMinor || line.amountMinor !== item.amountMinor) return [];
  return [
    {
      ...{
        type: 'RATE',
        key,
        paymentId: item.paymentId,
        ourMinor: item.amountMinor,
        theirMinor: line.amountMinor,
      },
      detail: `line ${line.lineId} converts it to ${minorText(counterMinor, currency)}, by the stored quote it is ${minorText(item.counterMinor, currency)}`,
    },
  ];
}
