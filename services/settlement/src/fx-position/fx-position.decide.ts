import { currency, divideRounded, magnitude, parseRate } from '@tonle/money';
import type {
  PositionDay,
  PositionFlows,
  PositionName,
  PositionState,
  ReferenceRate,
} from './fx-position.js';

/** What an amount of base is worth in the other currency of the rate; half-even, the same for both signs. */
export function valueAt(baseMinor: bigint, base: string, reference: ReferenceRate): bigint {
  const { sourceCurrency, targetCurrency } = reference;
  const rate = parseRate(sourceCurrency, targetCurrency, reference.rate);
  if (rate === undefined) throw new Error(`no rate: ${reference.rate}`);
  if (base !== sourceCurrency && base !== targetCurrency)
    throw new Error(`${sourceCurrency} ${targetCurrency} is no rate for ${base}`);
  const [source, target] = [10n ** BigInt(currency(sourceCurrency).scale), tens(targetCurrency)];
  const one = 10n ** BigInt(rate.scale);
  return base === sourceCurrency
    ? scaled(baseMinor, rate.unscaled * target, one * source)
    : scaled(baseMinor, one * source, rate.unscaled * target);
}

const tens = (code: string): bigint => 10n ** BigInt(currency(code).scale);

/** `minor * numerator / denominator`, half-even, of the sign of `minor`. */
function scaled(minor: bigint, numerator: bigint, denominator: bigint): bigint {
  const size = divideRounded(magnitude(minor) * numerator, denominator, 'half_even');
  return minor < 0n ? -size : size;
}

interface Holding {
  readonly quantityMinor: bigint;
  readonly costMinor: bigint;
  readonly realisedMinor: bigint;
}

/**
 * Base in (above zero) or out at a value of the same sign. What extends the position is its cost; what takes from it is realised
 * against the average cost, and the rest of what turns it round is the cost of the other side. Nothing is lost to rounding: cost
 * after = cost before + value + realised.
 */
export function moved(holding: Holding, quantityMinor: bigint, valueMinor: bigint): Holding {
  const { quantityMinor: before, costMinor: cost, realisedMinor: realised } = holding;
  const after = before + quantityMinor;
  if (before === 0n || before > 0n === quantityMinor > 0n || quantityMinor === 0n)
    return { quantityMinor: after, costMinor: cost + valueMinor, realisedMinor: realised };
  if (after === 0n || after > 0n === before > 0n) {
    const released = scaled(cost, magnitude(quantityMinor), magnitude(before));
    return {
      quantityMinor: after,
      costMinor: cost - released,
      realisedMinor: realised - valueMinor - released,
    };
  }
  const closing = scaled(valueMinor, magnitude(before), magnitude(quantityMinor));
  return {
    quantityMinor: after,
    costMinor: valueMinor - closing,
    realisedMinor: realised - closing - cost,
  };
}

/**
 * The day of a position: what was bought, then what was sold, then what was settled. Trades enter at the reference rate, and what
 * the provider was better off by is its spread; what settles leaves at that rate. Without one, trades enter at their own price and
 * what settles leaves at cost.
 */
export function positionDay(
  name: PositionName,
  day: string,
  opening: PositionState,
  flows: PositionFlows,
  market: ReferenceRate | undefined,
): PositionDay {
  const value = (minor: bigint, own: bigint) =>
    market === undefined ? own : valueAt(minor, name.base, market);
  const boughtValue = value(flows.boughtMinor, flows.boughtForMinor);
  const soldValue = value(flows.soldMinor, flows.soldForMinor);
  const begin = { quantityMinor: opening.quantityMinor, costMinor: opening.costMinor, realisedMinor: 0n };
  const traded = moved(moved(begin, flows.boughtMinor, boughtValue), -flows.soldMinor, -soldValue);
  const settled = moved(traded, flows.settledMinor, value(flows.settledMinor, atCost(traded, flows)));
  const margin = boughtValue - flows.boughtForMinor + flows.soldForMinor - soldValue;
  const worth = value(settled.quantityMinor, settled.costMinor);
  const closing = {
    quantityMinor: settled.quantityMinor,
    costMinor: settled.costMinor,
    earnedMinor: opening.earnedMinor + margin + settled.realisedMinor,
    unrealisedMinor: worth - settled.costMinor,
  };
  return {
    ...name,
    ...flows,
    day,
    opening,
    closing,
    spreadMinor: margin - flows.residualMinor,
    realisedMinor: settled.realisedMinor,
    unrealisedChangeMinor: closing.unrealisedMinor - opening.unrealisedMinor,
    ...(market === undefined ? {} : { market }),
  };
}

/** What is settled at its own cost earns nothing. */
function atCost({ quantityMinor, costMinor }: Holding, { settledMinor }: PositionFlows): bigint {
  return quantityMinor === 0n ? 0n : -scaled(costMinor, magnitude(settledMinor), magnitude(quantityMinor));
}
