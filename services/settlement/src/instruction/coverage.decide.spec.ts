import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bankSides, decideCoverage, positionSides } from './coverage.decide.js';
import type { CoveredLine } from './instruction.js';

const line: CoveredLine = {
  instructionId: '00000000-0000-7000-8000-000000000001',
  lineNo: 1,
  endToEndId: 'THSETTLE-THB-1-1',
  state: 'ACKNOWLEDGED',
  windowId: 'THSWITCH-THB-2026-11-20',
  bank: 'THSETTLE',
  currency: 'THB',
  participant: 'FXNAGA',
  direction: 'pay_in',
  amountMinor: 191_000n,
  coveredMinor: 0n,
  valueDate: '2026-11-23',
};
const came = (minor: bigint, valueDate = '2026-11-23') => ({ minor, valueDate });

describe('money under an instruction', () => {
  it('covers its line, whole or in part, and is late after its day', () => {
    expect(decideCoverage(line, came(191_000n))).toMatchObject({
      kind: 'covered',
      openMinor: 0n,
      isLate: false,
    });
    expect(decideCoverage(line, came(1_000n, '2026-11-24'))).toMatchObject({
      openMinor: 190_000n,
      isLate: true,
    });
    expect(decideCoverage({ ...line, direction: 'pay_out' }, came(-191_000n))).toMatchObject({
      openMinor: 0n,
    });
  });

  it.each([
    ['no line of ours', undefined, came(1n), 'line_unknown', 0n],
    [
      'an instruction that has not left',
      { ...line, state: 'PREPARED' as const },
      came(1n),
      'instruction_not_sent',
      191_000n,
    ],
    [
      'one that another has replaced',
      { ...line, state: 'SUPERSEDED' as const },
      came(1n),
      'instruction_superseded',
      0n,
    ],
    ['the other way', line, came(-191_000n), 'wrong_direction', 191_000n],
    ['too much', line, came(191_001n), 'more_than_open', 191_000n],
    [
      'a second time',
      { ...line, coveredMinor: 191_000n, state: 'SETTLED' as const },
      came(191_000n),
      'more_than_open',
      0n,
    ],
  ])('is refused for %s', (_what, of, money, reason, openMinor) => {
    expect(decideCoverage(of, money)).toEqual({ kind: 'refused', reason, openMinor });
  });

  it('is believed though the bank had rejected it, and says so', () => {
    const rejected = { ...line, state: 'REJECTED' as const };
    expect(decideCoverage(rejected, came(191_000n))).toMatchObject({ kind: 'covered', contradicts: true });
  });

  it('is never more than the line, whatever comes in whatever parts', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -300_000n, max: 300_000n }), { maxLength: 20 }), (parts) => {
        let coveredMinor = 0n;
        for (const minor of parts) {
          const verdict = decideCoverage({ ...line, coveredMinor }, came(minor));
          if (verdict.kind !== 'covered') continue;
          coveredMinor += minor;
          expect(verdict.openMinor).toBe(line.amountMinor - coveredMinor);
        }
        expect(coveredMinor >= 0n && coveredMinor <= line.amountMinor).toBe(true);
      }),
    );
  });
});

it('is booked from the bank to the bridge, and from the bridge to the position: the bridge is zero in the end', () => {
  expect(bankSides(line)).toEqual({
    debit: 'NOSTRO:THSETTLE:THB',
    credit: 'SETTLEMENT_CLEARING:THSWITCH-THB-2026-11-20:FXNAGA:THB',
  });
  expect(positionSides(line, 'pay_in')).toEqual({
    debit: 'SETTLEMENT_CLEARING:THSWITCH-THB-2026-11-20:FXNAGA:THB',
    credit: 'POSITION:FXNAGA:THB',
  });
  const out = { ...line, participant: 'THSWITCH', direction: 'pay_out' as const };
  expect(bankSides(out).credit).toBe('NOSTRO:THSETTLE:THB');
  expect(positionSides(out, 'pay_out').debit).toBe('POSITION:THSWITCH:THB');
  expect(bankSides(out).debit).toBe(positionSides(out, 'pay_out').credit);
});
