import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BREAK_TERMS, BREAK_TYPES, type BreakType } from '@tonle/contracts';
import {
  chaseNote,
  daysLate,
  firstHandling,
  interestOf,
  type UnhandledBreak,
} from './break-handling.decide.js';

// Domain 7.6 again, by hand: what the switch does first, and who looks at it.
const TABLE: Readonly<Record<BreakType, readonly [handling: string, desk: string, alsoFor?: string]>> = {
  TIMING: ['waits', 'system'],
  MISSING_AT_PARTNER: ['enquires', 'operations'],
  MISSING_AT_US: ['shadowed', 'operations'],
  UNKNOWN_RESOLVED: ['fed_back', 'system'],
  STATUS_CONFLICT: ['reversals_stopped', 'operations', 'risk'],
  LATE_SUCCESS: ['reversals_stopped', 'operations', 'risk'],
  AMOUNT: ['claim_due', 'finance'],
  CURRENCY: ['claim_due', 'finance'],
  RATE: ['claim_due', 'finance'],
  FEE: ['claim_due', 'finance'],
  DUPLICATE: ['left_out', 'operations'],
  REFUND_UNMATCHED: ['held', 'operations'],
  PARTNER_FAILED_WE_PAID: ['claim_due', 'risk'],
  NOSTRO_UNMATCHED: ['in_suspense', 'finance'],
  BATCH_SHORT: ['chased', 'finance'],
  BATCH_LATE: ['chased', 'finance'],
  FILE_GAP: ['file_refused', 'operations'],
  FILE_TOTAL: ['file_refused', 'operations'],
  RAIL_MISMATCH: ['raised', 'operations'],
  ROUNDING: ['booked', 'system'],
  CALENDAR: ['calendar_due', 'finance'],
  OTHER: ['raised', 'operations'],
};
const GRAVEST = ['STATUS_CONFLICT', 'LATE_SUCCESS', 'RAIL_MISMATCH', 'PARTNER_FAILED_WE_PAID'];

const found = (more: Partial<UnhandledBreak> = {}): UnhandledBreak => ({
  ...{ breakId: 'b', type: 'AMOUNT', partner: 'THSWITCH', currency: 'THB', day: '2026-11-20', key: 'k' },
  ...{ paymentId: 'p', source: 'statement', ourMinor: 82_000n, theirMinor: 80_500n },
  ...more,
});

describe('what the switch does with a break by itself', () => {
  it.each(BREAK_TYPES)('%s: as the table says', (type) => {
    const { desk, alsoFor } = BREAK_TERMS[type];
    const { handling, detail } = firstHandling(found({ type }));
    expect([handling, desk, ...(alsoFor === undefined ? [] : [alsoFor])]).toEqual(TABLE[type]);
    expect(detail).not.toBe('');
  });

  it.each(GRAVEST)('%s is of severity 1', (type) => {
    expect(BREAK_TERMS[type as BreakType].severity).toBe(1);
  });

  it('names what is claimed with its currency', () => {
    expect(firstHandling(found()).detail).toBe('a claim is due for the difference of 15.00 THB');
    const loss = firstHandling(found({ type: 'PARTNER_FAILED_WE_PAID', theirMinor: null }));
    expect(loss.detail).toContain('820.00 THB');
    expect(firstHandling(found({ type: 'RATE', theirMinor: 82_000n })).detail).toBe('a claim is due');
  });

  it('asks and keeps only what a statement lacks or has', () => {
    for (const type of ['MISSING_AT_PARTNER', 'MISSING_AT_US'] as const)
      expect(firstHandling(found({ type, source: 'payment' })).handling).toBe('raised');
  });
});

describe('chasing a bank', () => {
  it('notes how late it is, what is open and what may be asked for it', () => {
    const bank = found({ type: 'BATCH_SHORT', ourMinor: 10_000_000n, theirMinor: 0n });
    expect(chaseNote(bank, 1, undefined)).toBe('1 day late: 100000.00 THB is still to come; ask the bank');
    const yearly = { basisPointsPerYear: 365n, daysOfYear: 365n };
    expect(chaseNote(bank, 3, yearly)).toContain('Interest so far: 30.00 THB');
    expect(chaseNote({ ...bank, theirMinor: 10_000_000n }, 2, yearly)).toBe('2 days late: ask the bank');
  });

  it('asks never more than the exact interest, and less than a minor unit less', () => {
    const days = fc.integer({ min: 0, max: 4_000 });
    fc.assert(
      fc.property(
        fc.bigInt(0n, 10n ** 17n),
        days,
        fc.bigInt(1n, 10_000n),
        fc.constantFrom(360n, 365n),
        (...of) => {
          const [minor, late, basisPointsPerYear, daysOfYear] = of;
          const whole = 10_000n * daysOfYear;
          const exact = minor * basisPointsPerYear * BigInt(late);
          const asked = interestOf(minor, late, { basisPointsPerYear, daysOfYear }) * whole;
          expect(asked <= exact && exact - asked < whole).toBe(true);
        },
      ),
    );
    expect([daysLate('2026-11-20', '2026-11-23'), daysLate('2026-11-20', '2026-11-19')]).toEqual([3, 0]);
  });
});
