import { describe, expect, it } from '@jest/globals';
import { entryFault } from '@tonle/ledger';
import fc from 'fast-check';
import { magnitude } from '@tonle/money';
import { decideCure, type CureFacts } from './suspense.decide.js';
import type { SuspenseCure, SuspenseItem } from './suspense.js';

const APPROVAL = '018f0000-0000-7000-8000-000000000001';
const item = (more: Partial<SuspenseItem> = {}): SuspenseItem => ({
  ...{ itemId: '018f0000-0000-7000-8000-0000000000aa', lineId: 'THSETTLE:THB:1', part: 1, bank: 'THSETTLE' },
  ...{ currency: 'THB', amountMinor: 100n, openMinor: 100n, cause: 'no_reference', day: '2026-11-27' },
  ...{ version: 1, state: 'OPEN' },
  ...more,
});
const LINE = {
  windowId: 'THSWITCH-THB-20261126',
  participant: 'FXNAGA',
  direction: 'pay_in',
  openMinor: 100n,
} as const;
const FACTS: CureFacts = { line: LINE, isHolder: true };
const decide = (cure: Partial<SuspenseCure>, of: Partial<SuspenseItem> = {}, facts: CureFacts = FACTS) =>
  decideCure(item(of), { action: 'to_prefund', target: 'FXNAGA', reason: 'asked', ...cure }, facts, APPROVAL);

describe(decideCure, () => {
  it.each<[Partial<SuspenseCure>, Partial<SuspenseItem>, CureFacts, string[]]>([
    [{}, {}, FACTS, ['SUSPENSE:THB', 'PREFUND:FXNAGA:THB', '100', 'CLEARED']],
    [{ minor: 40n }, {}, FACTS, ['SUSPENSE:THB', 'PREFUND:FXNAGA:THB', '40', 'OPEN']],
    [{}, { openMinor: -100n }, FACTS, ['PREFUND:FXNAGA:THB', 'SUSPENSE:THB', '100', 'CLEARED']],
    [
      { action: 'to_window', target: 'E1' },
      {},
      FACTS,
      ['SUSPENSE:THB', 'SETTLEMENT_CLEARING:THSWITCH-THB-20261126:FXNAGA:THB', '100', 'CLEARED'],
    ],
    [{ action: 'write_off' }, {}, FACTS, ['SUSPENSE:THB', 'WRITE_OFF:THB', '100', 'CLEARED']],
    [{ action: 'write_off' }, { openMinor: -3n }, FACTS, ['WRITE_OFF:THB', 'SUSPENSE:THB', '3', 'CLEARED']],
  ])('books %j of %j', (cure, of, facts, [debit, credit, minor, state]) => {
    expect(decide(cure, of, facts)).toMatchObject({ entry: { debit, credit, minor }, after: { state } });
  });

  it('books nothing when money is to go back: that is done by the line of the bank', () => {
    const back = decide({ action: 'send_back' });
    const after = { state: 'RETURNING', openMinor: 100n };
    expect(back).toMatchObject({
      kind: 'cured',
      after: { ...after, returnReference: expect.stringMatching(/^RET-[0-9A-F]{24}$/) },
    });
    expect(back).not.toHaveProperty('entry');
    expect(decide({ action: 'keep' }, { state: 'RETURNING' })).toMatchObject({
      after: { state: 'OPEN', openMinor: 100n },
    });
  });

  it.each<[string, Partial<SuspenseCure>, Partial<SuspenseItem>, CureFacts]>([
    ['suspense_cleared', {}, { state: 'CLEARED', openMinor: 0n }, FACTS],
    ['suspense_returning', {}, { state: 'RETURNING', returnReference: 'RET-1' }, FACTS],
    ['suspense_returning', { action: 'send_back' }, { state: 'RETURNING' }, FACTS],
    ['cure_not_possible', { minor: 101n }, {}, FACTS],
    ['cure_not_possible', { action: 'send_back', minor: 1n }, {}, FACTS],
    ['cure_not_possible', { action: 'keep' }, {}, FACTS],
    ['break_value_limit', { action: 'write_off' }, { openMinor: 350_001n }, FACTS],
    ['break_value_limit', { action: 'write_off' }, { openMinor: -350_001n }, FACTS],
    ['break_value_limit', { action: 'write_off', minor: 1n }, {}, { writtenOffMinor: 350_000n }],
    ['break_value_limit', { action: 'write_off' }, { currency: 'FJD', openMinor: 1n }, FACTS],
    ['cure_not_possible', {}, {}, {}],
    ['cure_not_possible', { action: 'to_window' }, {}, {}],
    ['cure_not_possible', { action: 'to_window' }, { openMinor: -100n }, FACTS],
    ['cure_not_possible', { action: 'to_window' }, {}, { line: { ...LINE, openMinor: 99n } }],
  ])('refuses %s: %j of %j', (reason, cure, of, facts) => {
    expect(decide(cure, of, facts)).toMatchObject({ kind: 'refused', reason });
  });

  it('never makes more of an item, and books what the ledger allows', () => {
    const size = fc.bigInt({ min: 1n, max: 10n ** 15n });
    fc.assert(
      fc.property(
        ...([size, fc.boolean(), fc.option(size, { nil: undefined }), size] as const),
        fc.constantFrom<SuspenseCure['action']>('to_window', 'to_prefund', 'send_back', 'keep', 'write_off'),
        fc.constantFrom('pay_in' as const, 'pay_out' as const),
        (open, away, minor, expects, action, direction) => {
          const openMinor = away ? -open : open;
          const facts = { line: { ...LINE, direction, openMinor: expects }, isHolder: true };
          const effect = decide(
            { action, ...(minor !== undefined && { minor }) },
            { openMinor, amountMinor: openMinor },
            facts,
          );
          if (effect.kind === 'refused') return;
          const left = effect.after.openMinor;
          expect(left === 0n || left < 0n === away).toBe(true);
          expect(magnitude(left) <= open).toBe(true);
          expect((left === 0n) === (effect.after.state === 'CLEARED')).toBe(true);
          if (effect.entry === undefined) return;
          expect(entryFault({ ...effect.entry, minor: BigInt(effect.entry.minor) })).toBeUndefined();
          expect(openMinor - left).toBe(effect.minor);
          if (action === 'to_window') expect(BigInt(effect.entry.minor) <= expects).toBe(true);
        },
      ),
    );
  });
});
