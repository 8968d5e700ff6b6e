import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { endToEndIdOf, planLines } from './instruction.decide.js';

const NONE = new Map<string, bigint>();
const net = (participant: string, netMinor: bigint) => ({ participant, netMinor });

/** Nets that sum to zero, of participants with names of their own. */
const zeroSum = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 8 })
  .chain((names) =>
    fc
      .array(fc.bigInt({ min: -1_000_000_000_000_000n, max: 1_000_000_000_000_000n }), {
        minLength: names.length - 1,
        maxLength: names.length - 1,
      })
      .map((minors) => {
        const rest = -minors.reduce((sum, minor) => sum + minor, 0n);
        return names.map((name, index) => net(name, minors[index] ?? rest));
      }),
  );

describe('the lines of an instruction', () => {
  it('are one for each net that is not zero: who owes pays in, first, and who is owed is paid', () => {
    expect(planLines([net('T', 191_000n), net('Z', 0n), net('F', -191_000n)], NONE)).toEqual({
      lines: [
        { lineNo: 1, participant: 'F', direction: 'pay_in', amountMinor: 191_000n },
        { lineNo: 2, participant: 'T', direction: 'pay_out', amountMinor: 191_000n },
      ],
      payInMinor: 191_000n,
      payOutMinor: 191_000n,
    });
  });

  it('leave out what earlier instructions have covered', () => {
    const covered = new Map([
      ['F', 191_000n],
      ['T', 1_000n],
    ]);
    const { lines } = planLines([net('F', -191_000n), net('T', 191_000n)], covered);
    expect(lines).toEqual([{ lineNo: 1, participant: 'T', direction: 'pay_out', amountMinor: 190_000n }]);
  });

  it('pay each net exactly, whatever the nets', () => {
    fc.assert(
      fc.property(zeroSum, (nets) => {
        const { lines, payInMinor, payOutMinor } = planLines(nets, NONE);
        expect(payInMinor).toBe(payOutMinor);
        const paid = new Map(
          lines.map((line) => [
            line.participant,
            line.direction === 'pay_out' ? line.amountMinor : -line.amountMinor,
          ]),
        );
        for (const { participant, netMinor } of nets) expect(paid.get(participant) ?? 0n).toBe(netMinor);
        expect(lines.map(({ lineNo }) => lineNo)).toEqual(lines.map((_, index) => index + 1));
      }),
    );
  });

  it('are not made of nets that do not sum to zero, nor where more is covered than owed', () => {
    expect(() => planLines([net('F', -2n), net('T', 1n)], NONE)).toThrow('sum to -1');
    expect(() => planLines([net('F', -1n), net('T', 1n)], new Map([['F', 2n]]))).toThrow('more is covered');
  });
});

describe('an end-to-end id', () => {
  it('names bank, currency, file and line, and has room wherever', () => {
    expect(endToEndIdOf('THSETTLE', 'THB', 17, 2)).toBe('THSETTLE-THB-17-2');
    const long = endToEndIdOf('B'.repeat(35), 'THB', 999_999_999, 999);
    expect(long.length).toBeLessThanOrEqual(35);
    expect(long).not.toBe(endToEndIdOf(`${'B'.repeat(34)}C`, 'THB', 999_999_999, 999));
  });
});
