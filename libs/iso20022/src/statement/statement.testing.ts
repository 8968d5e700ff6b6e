import { amount } from '@tonle/money';
import fc from 'fast-check';
import type { Statement, StatementEntry } from '../model-account.js';

// Statements that tie, of given or random movements.

export const thb = (minor: bigint) => amount('THB', minor);
export const entry = (over: Partial<StatementEntry> = {}): StatementEntry => ({
  amount: thb(30_000n),
  credit: false,
  status: 'BOOK',
  transactions: [],
  ...over,
});

export const randomEntries = fc.array(fc.record({ minor: fc.bigInt(1n, 10n ** 12n), credit: fc.boolean() }), {
  minLength: 1,
  maxLength: 8,
});

/** A statement that ties. */
export function statementOf(
  moves: readonly { minor: bigint; credit: boolean }[],
  opening: bigint,
): Statement {
  const entries = moves.map(({ minor, credit }) => entry({ amount: thb(minor), credit }));
  const closing = moves.reduce((sum, { minor, credit }) => sum + (credit ? minor : -minor), opening);
  const balance = (type: string, value: bigint) => ({
    type,
    amount: thb(value < 0n ? -value : value),
    credit: value >= 0n,
    date: '2026-11-13',
  });
  const total = moves.reduce((sum, { minor }) => sum + minor, 0n);
  return {
    kind: 'statement',
    messageId: 'ST1',
    createdAt: '2026-11-14T09:30:00Z',
    statementId: 'S1',
    account: { id: 'TONLE-THB', currency: 'THB' },
    balances: [balance('OPBD', opening), balance('CLBD', closing)],
    entryCount: entries.length,
    entrySum: `${total / 100n}.${String(total % 100n).padStart(2, '0')}`,
    entries,
  };
}
