import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { netWithout, type BilateralSum } from './netting.decide.js';

const owes = (debtor: string, creditor: string, amountMinor: bigint): BilateralSum => ({
  debtor,
  creditor,
  amountMinor,
});
const sumOf = (minors: Iterable<bigint>) => [...minors].reduce((sum, minor) => sum + minor, 0n);

describe('netting', () => {
  it('is that of the whole window when nobody is taken out', () => {
    const { nets, leftOut } = netWithout([owes('F', 'T', 211_000n), owes('T', 'F', 20_000n)], new Set());
    expect([...nets]).toEqual([
      ['F', -191_000n],
      ['T', 191_000n],
    ]);
    expect(leftOut).toEqual([]);
  });

  it('leaves the pairs of whoever is taken out where they are, and nets the others without them', () => {
    const pairs = [owes('F', 'T', 100n), owes('G', 'T', 50n), owes('T', 'F', 30n), owes('G', 'F', 7n)];
    const { nets, leftOut } = netWithout(pairs, new Set(['F']));
    expect([...nets]).toEqual([
      ['G', -50n],
      ['T', 50n],
    ]);
    expect(leftOut).toEqual([
      { removed: 'F', counterparty: 'T', netMinor: -70n },
      { removed: 'F', counterparty: 'G', netMinor: 7n },
    ]);
  });

  const name = fc.constantFrom<string>('A', 'B', 'C', 'D', 'E');
  const pair = fc
    .tuple(name, name, fc.bigInt({ min: 1n, max: 1_000_000_000_000n }))
    .filter(([debtor, creditor]) => debtor !== creditor)
    .map(([debtor, creditor, minor]) => owes(debtor, creditor, minor));

  it('sums to zero whoever is taken out, and net and what is left out make the whole of each', () => {
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 30 }), fc.uniqueArray(name), (pairs, out) => {
        const removed = new Set(out);
        const whole = netWithout(pairs, new Set()).nets;
        const { nets, leftOut } = netWithout(pairs, removed);
        expect(sumOf(nets.values())).toBe(0n);
        expect(out.some((each) => nets.has(each))).toBe(false);
        for (const [participant, minor] of whole) {
          const left = removed.has(participant)
            ? leftOut.filter((each) => each.removed === participant).map(({ netMinor }) => netMinor)
            : leftOut.filter((each) => each.counterparty === participant).map(({ netMinor }) => -netMinor);
          expect((nets.get(participant) ?? 0n) + sumOf(left)).toBe(minor);
        }
      }),
    );
  });
});
