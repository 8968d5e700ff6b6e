import { AGE_BANDS, type AgeBand, type UnknownCount, type UnknownPayment } from '@tonle/contracts';
import { sidesOf, type Directory, type Side } from '@tonle/directory';
import { windowOfSide } from '../window/window.js';
import type { UnknownRow } from './unknown.store.js';

/** The band of an age; a clock that was set back makes nobody older. */
export function bandOf(ageMs: number): AgeBand {
  const bands = Object.entries(AGE_BANDS) as [AgeBand, number][];
  return bands.findLast(([, fromS]) => ageMs >= fromS * 1_000)?.[0] ?? 'under_1m';
}

function sideOfLeg(directory: Directory, { corridor, direction, leg }: UnknownRow): Side | undefined {
  const known = directory.corridorIncludingEnded(corridor);
  if (known === undefined) return undefined;
  const { source, target } = sidesOf(known, direction);
  return leg === 'credit' ? target : source;
}

/** As people see it: at which network, and when the window closes that it is not in. */
export function shownUnknown(directory: Directory, row: UnknownRow, nowMs: number): UnknownPayment {
  const { currency, minor, since, ...rest } = row;
  const side = sideOfLeg(directory, row);
  return {
    ...rest,
    partner: side?.participant ?? row.corridor,
    amount: { currency, minor: minor.toString() },
    since: since.toISOString(),
    ...(side !== undefined && {
      windowClosesAt: new Date(windowOfSide(side, currency, nowMs).cutOffMs).toISOString(),
    }),
  };
}

/** How many, and how much, by network, currency and age. */
export function countUnknowns(payments: readonly UnknownPayment[], nowMs: number): UnknownCount[] {
  const counts = new Map<
    string,
    { partner: string; currency: string; band: AgeBand; payments: number; minor: bigint }
  >();
  for (const { partner, amount, since } of payments) {
    const band = bandOf(nowMs - Date.parse(since));
    const { currency } = amount;
    const key = JSON.stringify([partner, currency, band]);
    const known = counts.get(key) ?? { partner, currency, band, payments: 0, minor: 0n };
    known.payments += 1;
    known.minor += BigInt(amount.minor);
    counts.set(key, known);
  }
  return [...counts.values()].map((count) => ({ ...count, minor: count.minor.toString() }));
}
