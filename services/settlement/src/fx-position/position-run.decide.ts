import { positionDay } from './fx-position.decide.js';
import {
  NO_FLOWS,
  NO_POSITION,
  type DayFlows,
  type KeptPosition,
  type PositionDay,
  type PositionName,
  type ReferenceRate,
} from './fx-position.js';

const keyOf = ({ provider, corridor, base, counter }: PositionName): string =>
  [provider, corridor, base, counter].join(' ');

/**
 * Every position on `day`, from what was kept before: each day on which something moved or a rate was set is done in its turn, so
 * that closing day by day and looking once at the end come to the same.
 */
export function positionsOn(
  day: string,
  kept: readonly KeptPosition[],
  flows: readonly DayFlows[],
  rates: readonly ReferenceRate[],
  after: string,
): PositionDay[] {
  const names = new Map<string, PositionName>([...kept, ...flows].map((each) => [keyOf(each), nameOf(each)]));
  return [...names]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, name]) => {
      const own = flows.filter((each) => keyOf(each) === key);
      const ofPair = rates.filter((rate) => isOfPair(rate, name));
      const days = new Set([...own, ...ofPair].map((each) => each.day));
      const turns = [...days, day].filter((each) => each > after && each <= day);
      let opening = kept.find((each) => keyOf(each) === key)?.state ?? NO_POSITION;
      let last: PositionDay | undefined;
      for (const turn of [...new Set(turns)].sort()) {
        const moves = own.find((each) => each.day === turn)?.flows ?? NO_FLOWS;
        const market = ofPair.findLast((rate) => rate.day <= turn);
        last = positionDay(name, turn, opening, moves, market);
        opening = last.closing;
      }
      return last ?? positionDay(name, day, opening, NO_FLOWS, undefined);
    });
}

const nameOf = ({ provider, corridor, base, counter }: PositionName): PositionName => ({
  provider,
  corridor,
  base,
  counter,
});

function isOfPair(
  { sourceCurrency, targetCurrency }: ReferenceRate,
  { base, counter }: PositionName,
): boolean {
  return (
    (sourceCurrency === base && targetCurrency === counter) ||
    (sourceCurrency === counter && targetCurrency === base)
  );
}

/** Positions that something moved on the day, or that are not zero, and have no rate of that day. */
export function unvalued(positions: readonly PositionDay[]): string[] {
  return positions
    .filter(({ closing, boughtMinor, soldMinor, settledMinor, market, day }) => {
      const isMoved = boughtMinor !== 0n || soldMinor !== 0n || settledMinor !== 0n;
      return (isMoved || closing.quantityMinor !== 0n) && market?.day !== day;
    })
    .map(
      ({ provider, corridor, base, counter, day }) =>
        `${provider} in ${corridor}: no rate of ${day} between ${base} and ${counter}`,
    );
}
