import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CANDIDATES_MAX, onlySum } from './several.decide.js';

/** All choices of at least two that make up the total, by trying every one. */
function choices(total: bigint, amounts: readonly bigint[], partsMax: number): number[][] {
  const found: number[][] = [];
  for (let mask = 0; mask < 2 ** amounts.length; mask += 1) {
    const chosen = amounts.flatMap((_, at) => (Math.floor(mask / 2 ** at) % 2 === 1 ? [at] : []));
    const sum = chosen.reduce((all, at) => all + amounts[at]!, 0n);
    if (chosen.length > 1 && chosen.length <= partsMax && sum === total) found.push(chosen);
  }
  return found;
}

it('finds the parts of a total when there is one choice, and none when there are several', () => {
  const amounts = fc.array(fc.bigInt({ min: 1n, max: 12n }), { maxLength: 8 });
  fc.assert(
    fc.property(
      amounts,
      fc.bigInt({ min: 1n, max: 40n }),
      fc.integer({ min: 2, max: 6 }),
      (of, total, partsMax) => {
        const all = choices(total, of, partsMax);
        expect(onlySum(total, of, partsMax)).toEqual(all.length === 1 ? all[0] : undefined);
      },
    ),
    { numRuns: 500 },
  );
});

it('looks for none among so many that a sum says nothing', () => {
  const amounts = Array.from({ length: CANDIDATES_MAX + 1 }, (_, at) => 2n ** BigInt(at));
  expect(onlySum(3n, amounts, 2)).toBeUndefined();
  expect(onlySum(3n, amounts.slice(1), 2)).toBeUndefined();
  expect(onlySum(3n, amounts.slice(0, CANDIDATES_MAX), 2)).toEqual([0, 1]);
});
