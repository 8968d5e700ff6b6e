import { currency, divideRounded, magnitude } from '@tonle/money';
import type { Queryable } from '@tonle/persistence';
import { nextDay } from '../close/accounting-day.js';
import { flowsBetween } from './fx-flow.store.js';
import type { PositionDay } from './fx-position.js';
import { keptBefore, ratesUntil } from './fx-position.store.js';
import { positionsOn } from './position-run.decide.js';

/** Before everything. */
const NEVER = '0001-01-01';
/** Digits of an average price after its point. */
const AVERAGE_DIGITS = 10;

/** Every position on each of the days, as it was known at an instant; the days and positions in their order. */
export async function positionsKnown(
  database: Queryable,
  { day, until, knownAt }: { readonly day: string; readonly until: string; readonly knownAt: Date },
): Promise<PositionDay[]> {
  const kept = await keptBefore(database, day, knownAt);
  const after = kept?.day ?? NEVER;
  const flows = await flowsBetween(database, after, until, knownAt);
  const rates = await ratesUntil(database, until, knownAt);
  const days: PositionDay[] = [];
  for (let turn = day; turn <= until; turn = nextDay(turn)) {
    const upTo = <T extends { readonly day: string }>(all: readonly T[]) =>
      all.filter((each) => each.day <= turn);
    days.push(...positionsOn(turn, kept?.positions ?? [], upTo(flows), upTo(rates), after));
  }
  return days;
}

/** What one unit of base has cost on average, in counter currency; half-even. Undefined where nothing is held. */
export function averagePrice({ base, counter, closing }: PositionDay): string | undefined {
  const { quantityMinor, costMinor } = closing;
  if (quantityMinor === 0n) return undefined;
  const one = (code: string) => 10n ** BigInt(currency(code).scale);
  const scaled = divideRounded(
    magnitude(costMinor) * one(base) * 10n ** BigInt(AVERAGE_DIGITS),
    magnitude(quantityMinor) * one(counter),
    'half_even',
  );
  const digits = scaled.toString().padStart(AVERAGE_DIGITS + 1, '0');
  const isOpposite = costMinor !== 0n && costMinor < 0n !== quantityMinor < 0n;
  return `${isOpposite ? '-' : ''}${digits.slice(0, -AVERAGE_DIGITS)}.${digits.slice(-AVERAGE_DIGITS)}`;
}
