import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LedgerEntry } from '@tonle/contracts';
import { decideEntries, linePart, type BookedLedgerEntry } from './entry.decide.js';

const deposit: LedgerEntry = {
  entryId: 'deposit 1',
  kind: 'funds',
  currency: 'THB',
  debit: 'NOSTRO:S:THB',
  credit: 'PREFUND:F:THB',
  minor: '500',
  lineId: 'S:THB:1',
};
const placed: LedgerEntry = {
  entryId: 'placed 1',
  kind: 'reallocation',
  currency: 'THB',
  debit: 'SUSPENSE:THB',
  credit: 'PREFUND:F:THB',
  minor: '7',
  approvalId: '00000000-0000-4000-8000-000000000001',
};
const AT = '2026-11-26T03:00:00.000Z';
const isParty = (id: string) => id === 'F' || id === 'T';
const knowing = (...entries: BookedLedgerEntry[]) => ({
  byId: new Map(entries.map((entry) => [entry.entryId, entry])),
  byLinePart: new Map(entries.flatMap((entry) => [[linePart(entry) ?? '', entry.entryId] as const])),
});
const decide = (entries: readonly LedgerEntry[], ...known: BookedLedgerEntry[]) =>
  decideEntries(entries, knowing(...known), isParty);

describe('an entry', () => {
  it('is fresh once, and after that what was booked', () => {
    expect(decide([deposit, deposit])).toEqual([
      { kind: 'fresh', entry: deposit },
      { kind: 'repeat', entry: deposit, at: undefined },
    ]);
    expect(decide([deposit], { ...deposit, at: AT })).toEqual([{ kind: 'repeat', entry: deposit, at: AT }]);
    // A whole line is its first part, and why is nobody's business but people's.
    const again = { ...deposit, part: 1, reason: 'told again' };
    expect(decide([again], { ...deposit, at: AT })[0]!.kind).toBe('repeat');
  });

  it.each<[string, Partial<LedgerEntry>]>([
    ['kind is booked as funds, asked for as suspense', { kind: 'suspense' }],
    ['currency is booked as THB, asked for as KHR', { currency: 'KHR' }],
    ['debit is booked as NOSTRO:S:THB, asked for as NOSTRO:R:THB', { debit: 'NOSTRO:R:THB' }],
    ['credit is booked as PREFUND:F:THB, asked for as PREFUND:T:THB', { credit: 'PREFUND:T:THB' }],
    ['minor is booked as 500, asked for as 501', { minor: '501' }],
    ['lineId is booked as S:THB:1, asked for as S:THB:2', { lineId: 'S:THB:2' }],
    ['part is booked as 1, asked for as 2', { part: 2 }],
    [
      'approvalId is booked as none, asked for as 00000000-0000-4000-8000-000000000001',
      { approvalId: '00000000-0000-4000-8000-000000000001' },
    ],
  ])('of a known id that says something else is refused: %s', (difference, change) => {
    const other = { ...deposit, ...change };
    const refusal = { kind: 'refused', reason: 'entry_differs', detail: `deposit 1: ${difference}` };
    expect(decide([other], { ...deposit, at: AT })).toEqual([{ ...refusal, entry: other }]);
    expect(decide([deposit, other])[1]).toEqual({ ...refusal, entry: other });
  });

  it('uses each part of a bank line once', () => {
    const second = { ...deposit, entryId: 'deposit 2' };
    const rest = { ...second, entryId: 'deposit 3', part: 2 };
    expect(decide([second, rest], { ...deposit, at: AT }).map(({ kind }) => kind)).toEqual([
      'refused',
      'fresh',
    ]);
    expect(decide([deposit, second, rest])).toEqual([
      { kind: 'fresh', entry: deposit },
      { kind: 'refused', reason: 'bank_line_used', detail: 'deposit 1', entry: second },
      { kind: 'fresh', entry: rest },
    ]);
  });

  it('that rules forbid, or of somebody whom the directory does not know, is refused with what is wrong', () => {
    const wrong: [Partial<LedgerEntry>, string][] = [
      [{ approvalId: undefined }, 'reallocation needs an approval'],
      [{ credit: 'PREFUND:X:THB' }, 'PREFUND:X:THB is of nobody in the directory'],
      [
        { credit: 'SETTLEMENT_CLEARING:F:X:THB' },
        'SETTLEMENT_CLEARING:F:X:THB is of nobody in the directory',
      ],
    ];
    for (const [change, detail] of wrong) {
      const entry = { ...placed, ...change };
      expect(decide([entry])).toEqual([{ kind: 'refused', reason: 'entry_not_allowed', detail, entry }]);
    }
    expect(decide([{ ...placed, credit: 'SETTLEMENT_CLEARING:X:F:THB' }])[0]!.kind).toBe('fresh');
    // What was refused has used nothing up.
    expect(decide([{ ...deposit, credit: 'PREFUND:X:THB' }, deposit])[1]!.kind).toBe('fresh');
  });

  it('never moves twice what its id or its line names, in whatever order entries come', () => {
    const one = fc.record({
      entryId: fc.constantFrom('a', 'b', 'c'),
      lineId: fc.constantFrom('l', 'm'),
      part: fc.constantFrom(undefined, 1, 2),
      minor: fc.constantFrom('1', '2'),
    });
    fc.assert(
      fc.property(fc.array(fc.array(one, { maxLength: 5 }), { maxLength: 4 }), (batches) => {
        const booked: BookedLedgerEntry[] = [];
        for (const batch of batches) {
          const entries = batch.map((each): LedgerEntry => ({ ...deposit, ...each }));
          const decisions = decide(entries, ...booked);
          booked.push(
            ...decisions.flatMap(({ kind, entry }) => (kind === 'fresh' ? [{ ...entry, at: AT }] : [])),
          );
        }
        for (const names of [booked.map(({ entryId }) => entryId), booked.map(linePart)])
          expect(new Set(names).size).toBe(names.length);
      }),
    );
  });
});
