// A statement is believed only when it ties, and every amount in it is counted once (decisions 30): small inputs that readers
// got wrong, and random statements with one thing broken.
import { describe, expect, it } from '@jest/globals';
import { amount } from '@tonle/money';
import fc from 'fast-check';
import { writeIso } from '../iso.js';
import type { StatementEntry } from '../model-account.js';
import { checkStatement } from './check.js';
import { bookedLines, referenceOf, signedOf } from './lines.js';
import { readStatements } from './read.js';
import { BREAKS, entry, randomEntries, statementOf, thb } from './statement.testing.js';

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

  it('that is a batch has its total, its direction for the parts that have none, and what it leaves', () => {
    const batch = { count: 2, total: thb(30_200n), from: 0, shown: 0 };
    expect(shown(entry({ batches: [batch] }))).toEqual([
      ['entry', -30_200n, null],
      ['rest', 200n, null],
    ]);
    const parts = [
      { endToEndId: 'A', amount: thb(40_000n) },
      { endToEndId: 'FEE', amount: thb(10_000n) },
    ];
    const batches = [
      { total: thb(40_000n), from: 0, shown: 1 },
      { total: thb(10_000n), credit: true, from: 1, shown: 1 },
    ];
    expect(shown(entry({ transactions: parts, batches }))).toEqual([
      ['transaction', -40_000n, 'A'],
      ['transaction', 10_000n, 'FEE'],
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

  it.each([
    ['the indicator', '<RvslInd>true</RvslInd>', '', true],
    ['the code of the entry', '', 'RRTN', true],
    ['the code of the entry, against the indicator', '<RvslInd>false</RvslInd>', 'RPCR', true],
    ['a return without a reason', '', '<RtrInf><AddtlInf>closed</AddtlInf></RtrInf>', true],
    [
      'the code of the transaction',
      '',
      '<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>RRTN</SubFmlyCd></Fmly></Domn></BkTxCd>',
      true,
    ],
    ['neither', '<RvslInd>0</RvslInd>', 'OTHR', false],
  ])('says what came back by %s', (_, indicator, said, expected) => {
    const told = { ...statementOf([{ minor: 5n, credit: true }], 0n) };
    const entries = [entry({ amount: thb(5n), credit: true, transactions: [{ endToEndId: 'A' }] })];
    const text = writeIso({ ...told, entries }, 'camt.053.001.08').replace('<Sts>', `${indicator}<Sts>`);
    const coded = /^[A-Z]{4}$/.test(said)
      ? text.replace(/(?<=<SubFmlyCd>)[A-Z]+/, said)
      : text.replace('</TxDtls>', `${said}</TxDtls>`);
    const placed = said.startsWith('<BkTxCd>') ? text.replace('</Refs>', `</Refs>${said}`) : coded;
    const reading = readStatements(Buffer.from(placed));
    const [read] = reading.kind === 'read' ? reading.statements : [];
    expect(read?.entries.flatMap(bookedLines)).toMatchObject([{ reversal: expected }]);
    const again = readStatements(Buffer.from(writeIso(read!, 'camt.053.001.08')));
    expect(again).toMatchObject({ statements: [read] });
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
    const total = fc.record(
      { total: fc.bigInt(0n, 50_000n).map(thb), credit: fc.boolean() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.bigInt(0n, 90_000n),
        fc.boolean(),
        fc.array(part, { maxLength: 4 }),
        fc.option(total, { nil: undefined }),
        (minor, credit, transactions, said) => {
          const batches = said && [{ ...said, from: 0, shown: transactions.length }];
          const given = entry({ amount: thb(minor), credit, transactions, ...(batches && { batches }) });
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
    ['N/A', undefined],
    ['---', undefined],
    ['0000', undefined],
    ['E2E-1', 'E2E-1'],
    ['NAGA', 'NAGA'],
    ['0010', '0010'],
    [' លេខ ', 'លេខ'],
  ])('"%s" is %s', (text, expected) => expect(referenceOf(text)).toBe(expected));
});

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

  it('the net of its entries is another than it states', () => {
    const statement = statementOf([{ minor: 50n, credit: false }], 0n);
    const codes = (netSum: string, netCredit?: boolean) =>
      checkStatement({ ...statement, netSum, netCredit: netCredit! }).map(({ code }) => code);
    expect([codes('0.50', false), codes('0.50')]).toEqual([[], []]);
    expect([codes('0.50', true), codes('0.51', false)]).toEqual([['sum_differs'], ['sum_differs']]);
  });

  it('a stated sum is another number, however it is written', () => {
    const statement = statementOf([{ minor: 50n, credit: true }], 0n);
    const codes = (entrySum: string) => checkStatement({ ...statement, entrySum }).map(({ code }) => code);
    expect(['+0.50', '.5', '0.500'].flatMap(codes)).toEqual([]);
    expect([codes('0.51'), codes('0.505')]).toEqual([['sum_differs'], ['sum_differs']]);
  });
});

describe('what a batch states', () => {
  const faultsOf = (given: Partial<StatementEntry>) => {
    const [credits, opening] = [given.credit ?? false, 0n];
    const { minor } = given.amount ?? thb(30_000n);
    const statement = statementOf([{ minor, credit: credits }], opening);
    return checkStatement({ ...statement, entries: [entry({ servicerReference: 'R1', ...given })] });
  };
  const part = (minor?: bigint, credit?: boolean) => ({
    ...(minor !== undefined && { amount: thb(minor) }),
    ...(credit !== undefined && { credit }),
  });
  const two = [part(10_000n), part(20_000n)];

  it.each<[string, Partial<StatementEntry>]>([
    ['a total alone', { batches: [{ count: 3, total: thb(30_000n), from: 0, shown: 0 }] }],
    [
      'parts without amounts',
      { transactions: [{}, {}], batches: [{ count: 2, total: thb(1n), from: 0, shown: 2 }] },
    ],
    [
      'parts that charges were added to',
      { transactions: [part(28_000n)], batches: [{ total: thb(30_000n), from: 0, shown: 1 }] },
    ],
    [
      'parts that charges were taken from',
      {
        transactions: two,
        amount: thb(29_000n),
        batches: [{ total: thb(30_000n), credit: false, from: 0, shown: 2 }],
      },
    ],
    [
      'parts that go both ways',
      {
        transactions: [part(40_000n, false), part(10_000n, true)],
        batches: [{ total: thb(30_000n), from: 0, shown: 2 }],
      },
    ],
  ])('may be %s', (_, given) => expect(faultsOf(given)).toEqual([]));

  it.each<[string, string, Partial<StatementEntry>]>([
    [
      'a part less',
      'batch 1 of entry R1 states 3 as the number of its transactions, and shows 2',
      { transactions: two, batches: [{ count: 3, from: 0, shown: 2 }] },
    ],
    [
      'another total',
      'batch 1 of entry R1 is stated as 299.00 THB, its transactions make -300.00 THB',
      { transactions: two, batches: [{ total: thb(29_900n), from: 0, shown: 2 }] },
    ],
    [
      'parts the other way',
      'batch 2 of entry R1 is stated as 200.00 THB, its transactions make 200.00 THB',
      {
        transactions: [part(10_000n), part(20_000n, true)],
        batches: [
          { from: 0, shown: 1, count: 1 },
          { total: thb(20_000n), credit: false, from: 1, shown: 1 },
        ],
      },
    ],
    [
      'another direction than its entry',
      'batch 1 of entry R1 is stated as CRDT, its entry is DBIT',
      { batches: [{ count: 2, credit: true, from: 0, shown: 0 }] },
    ],
  ])('is not believed: %s', (_, detail, given) =>
    expect(faultsOf(given)).toEqual([{ code: 'batch_differs', detail }]),
  );
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
