import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ENTRY_KINDS,
  ENTRY_RULES,
  entryFault,
  entryLine,
  feePayableAccount,
  feeReceivableAccount,
  feeRevenueAccount,
  frozenAccount,
  fxLossAccount,
  fxPayableAccount,
  fxReceivableAccount,
  isEntryKind,
  nostroAccount,
  pendingPartOf,
  positionAccount,
  prefundAccount,
  railAccount,
  railOutsideAccount,
  readAccount,
  roundingAccount,
  settlementClearingAccount,
  suspenseAccount,
  taxPayableAccount,
  writeOffAccount,
  type AccountKind,
  type EntryFacts,
  type EntryKind,
} from './index.js';

type Owned = (who: string, currency: string) => string;
/** An account of each kind; `who` is the participant, rail or bank that two of them may share. */
const ACCOUNT: Readonly<Record<AccountKind, Owned>> = {
  PREFUND: prefundAccount,
  POSITION: positionAccount,
  RAIL: (who, currency) => railAccount('P', who, currency),
  RAIL_OUTSIDE: railOutsideAccount,
  NOSTRO: nostroAccount,
  SETTLEMENT_CLEARING: (who, currency) => settlementClearingAccount('W', who, currency),
  FEE_RECEIVABLE: feeReceivableAccount,
  FEE_REVENUE: (_who, currency) => feeRevenueAccount(currency),
  FX_LOSS: (_who, currency) => fxLossAccount(currency),
  FX_RECEIVABLE: fxReceivableAccount,
  FX_PAYABLE: fxPayableAccount,
  FEE_PAYABLE: feePayableAccount,
  TAX_PAYABLE: (_who, currency) => taxPayableAccount(currency),
  FROZEN: frozenAccount,
  SUSPENSE: (_who, currency) => suspenseAccount(currency),
  ROUNDING: (_who, currency) => roundingAccount(currency),
  WRITE_OFF: (_who, currency) => writeOffAccount(currency),
};
const KINDS = Object.keys(ACCOUNT) as AccountKind[];

// Domain 6.8 again, by hand: who may face whom, and what proves it.
const ALLOWED: Readonly<Record<EntryKind, readonly string[]>> = {
  funds: ['NOSTRO PREFUND', 'RAIL RAIL_OUTSIDE'],
  settlement_bank: ['NOSTRO SETTLEMENT_CLEARING'],
  suspense: ['NOSTRO SUSPENSE'],
  settlement: ['POSITION SETTLEMENT_CLEARING'],
  reallocation: [
    ...['SUSPENSE SETTLEMENT_CLEARING', 'SUSPENSE PREFUND'],
    ...['SUSPENSE FEE_RECEIVABLE', 'SUSPENSE FX_RECEIVABLE'],
  ],
  write_off: [
    ...['WRITE_OFF SUSPENSE', 'WRITE_OFF SETTLEMENT_CLEARING'],
    ...['WRITE_OFF FEE_RECEIVABLE', 'WRITE_OFF FX_RECEIVABLE'],
  ],
  rounding: ['ROUNDING SUSPENSE', 'ROUNDING SETTLEMENT_CLEARING'],
  fee_paid: [
    ...['NOSTRO FEE_RECEIVABLE', 'NOSTRO FEE_PAYABLE'],
    ...['NOSTRO FX_RECEIVABLE', 'NOSTRO FX_PAYABLE'],
  ],
  invoice_tax: ['FEE_RECEIVABLE TAX_PAYABLE'],
  fx_result: ['FX_LOSS FX_RECEIVABLE', 'FX_LOSS FX_PAYABLE'],
  freeze: ['FROZEN POSITION', 'FROZEN SUSPENSE'],
};
const SHARED = ['POSITION SETTLEMENT_CLEARING', 'RAIL RAIL_OUTSIDE', 'FROZEN POSITION'];
const PROOF: Readonly<Record<string, 'line' | 'approval'>> = {
  ...{ funds: 'line', settlement_bank: 'line', suspense: 'line', fee_paid: 'line' },
  ...{ reallocation: 'approval', write_off: 'approval', fx_result: 'approval', freeze: 'approval' },
};
const eitherWay = (pairs: readonly string[], one: string, other: string) =>
  pairs.includes(`${one} ${other}`) || pairs.includes(`${other} ${one}`);

const random = fc.record({
  kind: fc.constantFrom(...ENTRY_KINDS),
  debit: fc.constantFrom(...KINDS),
  credit: fc.constantFrom(...KINDS),
  debitOf: fc.constantFrom('A', 'B'),
  creditOf: fc.constantFrom('A', 'B'),
  currencies: fc.constantFrom(['THB', 'THB'], ['THB', 'KHR'], ['KHR', 'KHR']),
  minor: fc.bigInt(-1n, 3n),
  hasLine: fc.boolean(),
  hasApproval: fc.boolean(),
});
/** Any at all, or one whose accounts may face each other: by chance few would. */
const plan = fc.oneof(
  random,
  fc.tuple(random, fc.nat(), fc.boolean()).map(([any, which, swapped]) => {
    const pair = ALLOWED[any.kind][which % ALLOWED[any.kind].length]!.split(' ') as AccountKind[];
    const [debit, credit] = swapped ? [pair[1]!, pair[0]!] : [pair[0]!, pair[1]!];
    return { ...any, debit, credit };
  }),
);
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

const entryOf = (made: Plan): EntryFacts => ({
  kind: made.kind,
  currency: 'THB',
  debit: ACCOUNT[made.debit](made.debitOf, made.currencies[0]!),
  credit: ACCOUNT[made.credit](made.creditOf, made.currencies[1]!),
  minor: made.minor,
  ...(made.hasLine ? { lineId: 'S:THB:1' } : {}),
  ...(made.hasApproval ? { approvalId: '00000000-0000-4000-8000-000000000001' } : {}),
});

function isAllowed(made: Plan): boolean {
  const { kind, debit, credit } = made;
  const inBaht = made.currencies.every((currency) => currency === 'THB');
  const sameOwner = made.debitOf === made.creditOf || !eitherWay(SHARED, debit, credit);
  const proof = PROOF[kind];
  const isProved = made.hasLine === (proof === 'line') && (proof !== 'approval' || made.hasApproval);
  return inBaht && made.minor > 0n && eitherWay(ALLOWED[kind], debit, credit) && sameOwner && isProved;
}

describe('entries', () => {
  it('are booked when the rules allow both accounts, the amount and the proof, and else told why not', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(plan, (made) => {
        const entry = entryOf(made);
        const fault = entryFault(entry);
        expect([entry, fault === undefined]).toEqual([entry, isAllowed(made)]);
        if (fault === undefined) {
          seen.add(made.kind);
          expect(entryLine(entry)).toEqual({
            ...{ kind: entry.kind, debit: entry.debit, credit: entry.credit },
            ...{ minor: entry.minor, reserved: false },
          });
        } else expect(() => entryLine(entry)).toThrow(fault);
      }),
      { numRuns: 4_000 },
    );
    expect([...seen].sort()).toEqual([...ENTRY_KINDS].sort());
  });

  it('never take part in what is pending, and move banks and rails by lines alone (I17)', () => {
    for (const kind of ENTRY_KINDS) {
      expect(isEntryKind(kind) && pendingPartOf({ kind })).toBeUndefined();
      const kinds = ENTRY_RULES[kind].pairs.flatMap(([one, others]) => [one, ...others]);
      const isMirror = kinds.some((each) => ['NOSTRO', 'RAIL', 'RAIL_OUTSIDE'].includes(each));
      expect([kind, ENTRY_RULES[kind].proof === 'line']).toEqual([kind, isMirror]);
    }
    expect(isEntryKind('obligation_source')).toBe(false);
  });

  it('are refused with what is wrong, whatever text stands in them', () => {
    const good = entryOf({
      ...{ kind: 'settlement', debit: 'POSITION', credit: 'SETTLEMENT_CLEARING', debitOf: 'A' },
      ...{ creditOf: 'A', currencies: ['THB', 'THB'], minor: 1n, hasLine: false, hasApproval: false },
    });
    expect(entryFault(good)).toBeUndefined();
    expect(entryFault({ ...good, debit: 'PURSE:A:THB' })).toBe('debit PURSE:A:THB is no account');
    expect(entryFault({ ...good, credit: '' })).toBe('credit  is no account');
    expect(entryFault({ ...good, currency: 'KHR' })).toContain('the entry is in KHR');
    expect(entryFault({ ...good, lineId: 'x' })).toBe('settlement is not proved by the line of a statement');
    expect(entryFault({ ...good, kind: 'toString' as never })).toBe('there is no entry of kind toString');
    fc.assert(
      fc.property(fc.string(), fc.string(), (debit, credit) => {
        const fault = entryFault({ ...good, debit, credit });
        if (fault === undefined) expect(readAccount(debit).kind).not.toBe(readAccount(credit).kind);
      }),
    );
  });
});
