import { amount, magnitude } from '@tonle/money';
import fc from 'fast-check';
import type { EntryBatch, Statement, StatementEntry } from '../model-account.js';
import type { StatementFaultCode } from './check.js';

// Statements that tie, of given or random movements, and ways to break one.

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

/** Transactions that were booked as one: two, where there is enough for two. */
function batchOf(minor: bigint, credit: boolean): Partial<StatementEntry> {
  if (minor < 2n) return {};
  const transactions = [minor / 2n, minor - minor / 2n].map((part) => ({ amount: thb(part) }));
  return { transactions, batches: [{ count: 2, total: thb(minor), credit, from: 0, shown: 2 }] };
}

/** A statement that ties. */
export function statementOf(
  moves: readonly { minor: bigint; credit: boolean }[],
  opening: bigint,
): Statement {
  const entries = moves.map(({ minor, credit }) =>
    entry({ amount: thb(minor), credit, ...batchOf(minor, credit) }),
  );
  const closing = moves.reduce((sum, { minor, credit }) => sum + (credit ? minor : -minor), opening);
  const balance = (type: string, value: bigint) => ({
    type,
    amount: thb(magnitude(value)),
    credit: value >= 0n,
    date: '2026-11-13',
  });
  const sumOf = (of: readonly { minor: bigint }[]) => of.reduce((sum, { minor }) => sum + minor, 0n);
  const [credits, debits] = [moves.filter(({ credit }) => credit), moves.filter(({ credit }) => !credit)];
  const net = closing - opening;
  return {
    kind: 'statement',
    messageId: 'ST1',
    createdAt: '2026-11-14T09:30:00Z',
    statementId: 'S1',
    account: { id: 'TONLE-THB', currency: 'THB' },
    balances: [balance('OPBD', opening), balance('CLBD', closing)],
    entryCount: entries.length,
    entrySum: decimal(sumOf(moves)),
    creditCount: credits.length,
    creditSum: decimal(sumOf(credits)),
    debitCount: debits.length,
    debitSum: decimal(sumOf(debits)),
    netSum: decimal(magnitude(net)),
    netCredit: net >= 0n,
    entries,
  };
}

/** Baht of satang. */
function decimal(minor: bigint): string {
  return `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;
}

type Break = (statement: Statement) => Statement;
/** What is broken, what is said of it, and how. */
export const BREAKS: readonly (readonly [string, StatementFaultCode, Break])[] = [
  ['an entry is left out', 'count_differs', (s) => ({ ...s, entries: s.entries.slice(1) })],
  ['an entry comes twice', 'count_differs', (s) => ({ ...s, entries: [...s.entries, s.entries[0]!] })],
  ['a direction is turned', 'sum_differs', (s) => changed(s, ({ credit }) => ({ credit: !credit }))],
  [
    'an amount is off by one',
    'sum_differs',
    (s) => changed(s, (e) => ({ amount: thb(e.amount.minor + 1n) })),
  ],
  ['an entry is only pending', 'balance_differs', (s) => changed(s, () => ({ status: 'PDNG' }))],
  [
    'an entry is in another currency',
    'currency_differs',
    (s) => changed(s, () => ({ amount: amount('KHR', 100n) })),
  ],
  ['the count is another', 'count_differs', (s) => ({ ...s, entryCount: s.entries.length + 1 })],
  ['the sum is another', 'sum_differs', (s) => ({ ...s, entrySum: '0.01' })],
  ['the opening balance is missing', 'balance_missing', (s) => ({ ...s, balances: s.balances.slice(1) })],
  ['the closing balance is missing', 'balance_missing', (s) => ({ ...s, balances: s.balances.slice(0, 1) })],
  [
    'there are two closing balances',
    'balance_ambiguous',
    (s) => ({
      ...s,
      balances: [...s.balances, { ...s.balances[1]!, amount: thb(s.balances[1]!.amount.minor + 1n) }],
    }),
  ],
  ['a transaction of a batch is left out', 'batch_differs', (s) => inBatch(s, { count: 3 })],
  ['the total of a batch is another', 'batch_differs', (s) => inBatch(s, { total: thb(41n) })],
  ['a batch goes the other way', 'batch_differs', (s) => inBatch(s, { credit: true })],
  ['more pages follow', 'page_missing', (s) => ({ ...s, page: { number: '1', last: false } })],
  ['it is the last of several pages', 'page_missing', (s) => ({ ...s, page: { number: '2', last: true } })],
];

/** Its first entry as a batch of 0.20 and 0.20 that states something else. */
function inBatch(statement: Statement, said: Partial<EntryBatch>): Statement {
  const batch = { count: 2, total: thb(40n), credit: false, from: 0, shown: 2, ...said };
  const transactions = [{ amount: thb(20n) }, { amount: thb(20n) }];
  return changed(statement, () => ({ amount: thb(40n), credit: false, transactions, batches: [batch] }));
}

function changed(
  statement: Statement,
  change: (first: StatementEntry) => Partial<StatementEntry>,
): Statement {
  const [first, ...others] = statement.entries;
  return { ...statement, entries: [{ ...first!, ...change(first!) }, ...others] };
}
