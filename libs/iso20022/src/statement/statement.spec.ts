// A statement is believed only when it ties, and every amount in it is counted once (decisions 30): small inputs that readers
// got wrong, and random statements with one thing broken.
import { describe, expect, it } from '@jest/globals';
import { amount } from '@tonle/money';
import fc from 'fast-check';
import { writeIso } from '../iso.js';
import type { Statement, StatementEntry } from '../model-account.js';
import { checkStatement, type StatementFaultCode } from './check.js';
import { bookedLines, referenceOf, signedOf } from './lines.js';
import { readStatements } from './read.js';

const thb = (minor: bigint) => amount('THB', minor);
const entry = (over: Partial<StatementEntry> = {}): StatementEntry => ({
  amount: thb(30_000n),
  credit: false,
  status: 'BOOK',
  transactions: [],
  ...over,
});
const shown = (of: StatementEntry) =>
  bookedLines(of).map((line) => [line.of, signedOf(line), line.transaction.endToEndId ?? null]);

describe('lines of an entry', () => {
  it('that is one transaction, or none', () => {
    expect(shown(entry())).toEqual([['entry', -30_000n, null]]);
    expect(shown(entry({ transactions: [{ endToEndId: 'A' }] }))).toEqual([['entry', -30_000n, 'A']]);
  });

  it('whose parts have no amounts is one line for all, never the total once a part', () => {
    expect(shown(entry({ transactions: [{ endToEndId: 'A' }, { endToEndId: 'B' }] }))).toEqual([
      ['entry', -30_000n, null],
    ]);
  });

  it('whose parts do not make it keeps the difference', () => {
    const part = { endToEndId: 'A', amount: thb(28_000n) };
    expect(shown(entry({ transactions: [part] }))).toEqual([
      ['transaction', -28_000n, 'A'],
      ['rest', -2_000n, null],
    ]);
    expect(shown(entry({ transactions: [part, { endToEndId: 'B' }] }))).toEqual([
      ['transaction', -28_000n, 'A'],
      ['transaction', -2_000n, 'B'],
    ]);
  });

  it('keeps the direction of each part', () => {
    const transactions = [
      { endToEndId: 'A', amount: thb(40_000n), credit: false },
      { endToEndId: 'FEE', amount: thb(10_000n), credit: true },
    ];
    expect(shown(entry({ transactions }))).toEqual([
      ['transaction', -40_000n, 'A'],
      ['transaction', 10_000n, 'FEE'],
    ]);
  });

  it('takes no amount of another currency for a movement', () => {
    const transactions = [{ endToEndId: 'A', amount: amount('KHR', 100_000n) }];
    expect(shown(entry({ transactions }))).toEqual([['entry', -30_000n, 'A']]);
  });

  it('says what came back', () => {
    expect(bookedLines(entry({ reversal: true }))[0]).toMatchObject({ reversal: true });
    expect(bookedLines(entry({ transactions: [{ returnReason: 'AC04' }] }))[0]).toMatchObject({
      reversal: true,
    });
    expect(bookedLines(entry())[0]).toMatchObject({ reversal: false });
  });

  it('always make the entry, whatever the parts say', () => {
    const part = fc.record(
      {
        amount: fc.bigInt(0n, 50_000n).map(thb),
        credit: fc.boolean(),
        endToEndId: fc.constantFrom('A', 'B'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.bigInt(0n, 90_000n),
        fc.boolean(),
        fc.array(part, { maxLength: 4 }),
        (minor, credit, transactions) => {
          const given = entry({ amount: thb(minor), credit, transactions });
          const lines = bookedLines(given);
          const sum = lines.reduce((total, line) => total + signedOf(line), 0n);
          return sum === (credit ? minor : -minor) && lines.every((line) => line.amount.minor > 0n);
        },
      ),
    );
  });
});

describe('references', () => {
  it.each([
    ['NOTPROVIDED', undefined],
    [' notprovided ', undefined],
    ['', undefined],
    ['NONREF', undefined],
    ['E2E-1', 'E2E-1'],
  ])('"%s" is %s', (text, expected) => expect(referenceOf(text)).toBe(expected));
});

const randomEntries = fc.array(fc.record({ minor: fc.bigInt(1n, 10n ** 12n), credit: fc.boolean() }), {
  minLength: 1,
  maxLength: 8,
});

/** A statement that ties. */
function statementOf(moves: readonly { minor: bigint; credit: boolean }[], opening: bigint): Statement {
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

type Break = (statement: Statement) => Statement;
const BREAKS: readonly (readonly [string, StatementFaultCode, Break])[] = [
  ['an entry is left out', 'balance_differs', (s) => ({ ...s, entries: s.entries.slice(1) })],
  ['an entry comes twice', 'count_differs', (s) => ({ ...s, entries: [...s.entries, s.entries[0]!] })],
  ['a direction is turned', 'balance_differs', (s) => changed(s, ({ credit }) => ({ credit: !credit }))],
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
  ['more pages follow', 'page_missing', (s) => ({ ...s, page: { number: '1', last: false } })],
  ['it is the last of several pages', 'page_missing', (s) => ({ ...s, page: { number: '2', last: true } })],
];

function changed(
  statement: Statement,
  change: (first: StatementEntry) => Partial<StatementEntry>,
): Statement {
  const [first, ...others] = statement.entries;
  return { ...statement, entries: [{ ...first!, ...change(first!) }, ...others] };
}

describe('a statement that ties', () => {
  it('is believed, also as it is written and read again', () => {
    fc.assert(
      fc.property(randomEntries, fc.bigInt(-(10n ** 12n), 10n ** 12n), (moves, opening) => {
        const statement = statementOf(moves, opening);
        expect(checkStatement(statement)).toEqual([]);
        const reading = readStatements(Buffer.from(writeIso(statement, 'camt.053.001.08')));
        expect(reading).toMatchObject({ kind: 'read', statements: [{ entryCount: moves.length }] });
        if (reading.kind === 'read') expect(checkStatement(reading.statements[0]!)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('may be one page that is the last', () => {
    const statement = {
      ...statementOf([{ minor: 1n, credit: true }], 0n),
      page: { number: '1', last: true },
    };
    expect(checkStatement(statement)).toEqual([]);
  });
});

describe('a statement is not believed when', () => {
  it.each(BREAKS)('%s: %s', (_, code, breakIt) => {
    fc.assert(
      fc.property(randomEntries, fc.bigInt(-(10n ** 12n), 10n ** 12n), (moves, opening) => {
        const total = moves.reduce((sum, { minor }) => sum + minor, 0n);
        fc.pre(total !== 1n);
        const faults = checkStatement(breakIt(statementOf(moves, opening)));
        return faults.some((fault) => fault.code === code);
      }),
    );
  });
});

describe('several statements in one message', () => {
  const two = (second: Statement): Buffer => {
    const [a, b] = [statementOf([{ minor: 5n, credit: true }], 0n), second].map((each) =>
      writeIso(each, 'camt.053.001.08'),
    );
    const inner = /<Stmt>.*<\/Stmt>/s.exec(b!)![0];
    return Buffer.from(a!.replace('</Stmt>', `</Stmt>${inner}`));
  };

  it('are all read', () => {
    const second = { ...statementOf([{ minor: 7n, credit: false }], 5n), statementId: 'S2' };
    expect(readStatements(two(second))).toMatchObject({
      kind: 'read',
      statements: [{ statementId: 'S1' }, { statementId: 'S2', balances: [{ amount: { minor: 5n } }, {}] }],
    });
  });

  it('are refused together, with the place of what is wrong', () => {
    const bytes = two(statementOf([{ minor: 7n, credit: false }], 5n)).toString();
    const at = bytes.lastIndexOf('<Amt Ccy="THB">0.07');
    const wrong = `${bytes.slice(0, at)}<Amt Ccy="THB">0.075${bytes.slice(at + '<Amt Ccy="THB">0.07'.length)}`;
    expect(readStatements(Buffer.from(wrong))).toMatchObject({
      kind: 'refused',
      errors: [{ code: 'amount_scale', path: expect.stringContaining('/Stmt[2]/Ntry[1]/Amt') }],
    });
  });

  it('other messages are none', () => {
    expect(readStatements(Buffer.from('<a/>')).kind).toBe('refused');
  });
});

describe('decimals', () => {
  it.each([
    ['+820.00', 82_000n],
    ['.50', 50n],
    ['5.', 500n],
    ['000000000000149.87', 14_987n],
    ['0.00', 0n],
  ])('%s baht is %s satang', (written, minor) => {
    const text = writeIso(statementOf([{ minor: 1n, credit: true }], 0n), 'camt.053.001.08');
    const reading = readStatements(
      Buffer.from(text.replace('<Ntry><Amt Ccy="THB">0.01', `<Ntry><Amt Ccy="THB">${written}`)),
    );
    expect(reading).toMatchObject({ kind: 'read', statements: [{ entries: [{ amount: thb(minor) }] }] });
  });

  it('riel may have decimals on an account', () => {
    const statement = {
      ...statementOf([{ minor: 1n, credit: true }], 0n),
      account: { id: 'A', currency: 'KHR' },
    };
    const riel = { ...statement, balances: [], entries: [entry({ amount: amount('KHR', 123_456n) })] };
    const text = writeIso(
      {
        ...riel,
        balances: [{ type: 'CLBD', amount: amount('KHR', 123_456n), credit: true, date: '2026-11-13' }],
      },
      'camt.053.001.08',
    );
    expect(readStatements(Buffer.from(text))).toMatchObject({
      statements: [{ entries: [{ amount: { minor: 123_456n } }] }],
    });
  });
});
