// Pass 4 of domain 7.5: one amount that several make up together. Pure.

/** Beyond so many candidates nearly any sum is found by chance, so none is looked for. */
export const CANDIDATES_MAX = 24;

/**
 * The parts that make up `total`, by their places, if there is one such choice and no other; two parts at least, `partsMax` at most.
 * Amounts are positive.
 */
export function onlySum(
  total: bigint,
  amounts: readonly bigint[],
  partsMax: number,
): readonly number[] | undefined {
  if (amounts.length > CANDIDATES_MAX) return undefined;
  const order = amounts.map((_, at) => at).sort((one, other) => compare(amounts[other]!, amounts[one]!));
  const rest = restOf(order.map((at) => amounts[at]!));
  const found: number[][] = [];
  const chosen: number[] = [];
  const look = (from: number, left: bigint): void => {
    if (left === 0n) {
      if (chosen.length > 1) found.push([...chosen]);
      return;
    }
    if (found.length > 1 || chosen.length === partsMax || rest[from]! < left) return;
    for (let next = from; next < order.length && found.length < 2; next += 1) {
      const amount = amounts[order[next]!]!;
      if (rest[next]! < left) return;
      if (amount > left) continue;
      chosen.push(order[next]!);
      look(next + 1, left - amount);
      chosen.pop();
    }
  };
  look(0, total);
  return found.length === 1 ? found[0]!.sort((one, other) => one - other) : undefined;
}

/** What all from a place on add up to. */
function restOf(sorted: readonly bigint[]): bigint[] {
  const rest = Array<bigint>(sorted.length + 1).fill(0n);
  for (let at = sorted.length - 1; at >= 0; at -= 1) rest[at] = rest[at + 1]! + sorted[at]!;
  return rest;
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : Number(one > other);
}
