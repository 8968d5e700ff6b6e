import { describe, expect, it } from '@jest/globals';
import { convert, formatPayable, improveRate, parseRate } from '@tonle/money';
import {
  clearingLines,
  currencyOf,
  EMPTY_COLUMNS,
  feeReceivableAccount,
  feeRevenueAccount,
  fundsLines,
  headroom,
  nostroAccount,
  paymentLines,
  positionAccount,
  prefundAccount,
  purseChecks,
  railAccount,
  railAvailable,
  railOutsideAccount,
  readAccount,
  settlementClearingAccount,
  transferLine,
} from './index.js';
import {
  Books,
  completed,
  debited,
  freed,
  inbound,
  money,
  move,
  outbound,
  PARTNER,
  reserved,
} from './ledger.testing.js';

const funds = { participant: 'F', bank: 'S', currency: 'KHR' } as const;
const capOf = (participant: string, _currency: string) => BigInt(participant.charCodeAt(0));
const position = (books: Books, owner: string, currency: string) =>
  books.balance(positionAccount(owner, currency));

describe('worked numbers of domain 6.8', () => {
  it('charges 100,240 riel for 820 baht at 0.00816000 improved by 25 basis points', () => {
    const rate = improveRate(parseRate('KHR', 'THB', '0.00816000')!, 25n);
    const { source } = convert('target', money('THB', '820.00'), rate);
    expect(source.minor).toBe(10_024_000n);
    expect(formatPayable(source)).toBe('100240');
  });

  it('charges 337.45 baht for a code of 41,000 riel at 121.5', () => {
    const { source } = convert('target', money('KHR', '41000'), parseRate('THB', 'KHR', '121.50000000')!);
    expect(formatPayable(source)).toBe('337.45');
  });
});

describe('outbound, saga A', () => {
  it('reserves both currencies and the fee, nothing on the rail', () => {
    const books = new Books().do(reserved(paymentLines(outbound())));
    expect(books.of(positionAccount('B', 'KHR')).debitsPending).toBe(10_024_000n);
    expect(books.of(positionAccount('F', 'KHR')).creditsPending).toBe(10_024_000n);
    expect(books.of(positionAccount('F', 'THB')).debitsPending).toBe(82_000n);
    expect(books.of(positionAccount('T', 'THB')).creditsPending).toBe(82_000n);
    expect(books.of('FEE_RECEIVABLE:B:KHR').debitsPending).toBe(10_000n);
    expect(books.of(railAccount('F', 'BAKONG', 'KHR'))).toEqual(EMPTY_COLUMNS);
  });

  it('tells the truth between debit and completion, and leaves the baht pair for the window', () => {
    const lines = paymentLines(outbound());
    const books = new Books().do(reserved(lines)).do(...debited(lines));
    expect([position(books, 'F', 'KHR'), position(books, 'B', 'KHR')]).toEqual([10_024_000n, -10_024_000n]);
    // What may have to go back is nobody's to pay out.
    const mirror = railAccount('F', 'BAKONG', 'KHR');
    expect([books.balance(mirror), railAvailable(books.of(mirror))]).toEqual([10_024_000n, 0n]);
    books.do(...completed(lines));
    expect([position(books, 'F', 'KHR'), position(books, 'B', 'KHR')]).toEqual([0n, 0n]);
    expect(railAvailable(books.of(mirror))).toBe(10_024_000n);
    expect([position(books, 'F', 'THB'), position(books, 'T', 'THB')]).toEqual([82_000n, -82_000n]);
    expect(books.balance('FEE_RECEIVABLE:B:KHR')).toBe(10_000n);
    expect(books.pending()).toBe(0n);
    expect(books.sums()).toEqual({ KHR: 0n, THB: 0n });
  });

  it('with both sides deferred leaves the positions of domain 6.9', () => {
    const lines = paymentLines({ ...outbound(), home: PARTNER });
    const books = new Books().do(reserved(lines), ...debited(lines), ...completed(lines));
    expect([position(books, 'B', 'KHR'), position(books, 'F', 'KHR')]).toEqual([10_024_000n, -10_024_000n]);
    expect([position(books, 'F', 'THB'), position(books, 'T', 'THB')]).toEqual([82_000n, -82_000n]);
  });

  it('is as if it had never been after the reversal', () => {
    const lines = paymentLines(outbound());
    const books = new Books().do(reserved(lines)).do(...debited(lines));
    books.do(move('post', lines.reversal), freed(lines));
    for (const account of [
      positionAccount('B', 'KHR'),
      positionAccount('F', 'KHR'),
      railAccount('F', 'BAKONG', 'KHR'),
    ]) {
      expect(books.balance(account)).toBe(0n);
    }
    expect(books.pending()).toBe(0n);
  });

  it('posts each part under its own kinds, and keeps what the rail may have to give back', () => {
    const parts = Object.entries(paymentLines(outbound()));
    const kinds = parts.map(([part, lines]) => [
      part,
      lines.map(({ kind, reserved: kept }) => (kept ? `${kind} reserved` : kind)),
    ]);
    expect(Object.fromEntries(kinds)).toEqual({
      obligations: ['obligation_source reserved', 'obligation_target reserved', 'fee reserved'],
      payout: [],
      way_back: ['reversal_rail reserved'],
      debit_discharge: ['discharge', 'discharge_rail'],
      credit_discharge: [],
      reversal: ['reversal', 'reversal_rail reserved'],
    });
    const home = { settlementMode: 'GROSS_RT' } as const;
    expect(() => paymentLines({ ...outbound(), home })).toThrow('without the name of its rail');
  });

  it('asks the provider for headroom in baht and trusts the rail for riel', () => {
    expect(purseChecks(outbound(), capOf)).toEqual([
      {
        kind: 'headroom',
        prefund: 'PREFUND:F:THB',
        position: 'POSITION:F:THB',
        capMinor: 70n,
        minor: 82_000n,
      },
    ]);
  });
});

describe('inbound, saga B', () => {
  it('holds the rail money of the provider from the reservation on', () => {
    const lines = paymentLines(inbound());
    const rail = railAccount('F', 'BAKONG', 'KHR');
    const books = new Books().do(
      move('post', fundsLines({ ...funds, account: 'RAIL', rail: 'BAKONG', deltaMinor: 5_000_000n })),
      reserved(lines),
    );
    expect(railAvailable(books.of(rail))).toBe(900_000n);
    expect(books.of(railOutsideAccount('BAKONG', 'KHR')).debitsPending).toBe(4_100_000n);
    books.do(...completed(lines));
    expect(railAvailable(books.of(rail))).toBe(900_000n);
    expect([position(books, 'F', 'KHR'), position(books, 'M', 'KHR')]).toEqual([0n, 0n]);
    expect([position(books, 'T', 'THB'), position(books, 'F', 'THB')]).toEqual([33_745n, -33_745n]);
    expect(books.pending()).toBe(0n);
    expect(books.sums()).toEqual({ KHR: 0n, THB: 0n });
  });

  it('asks the network for headroom in baht and the rail mirror for riel', () => {
    expect(purseChecks(inbound(), capOf)).toEqual([
      {
        kind: 'headroom',
        prefund: 'PREFUND:T:THB',
        position: 'POSITION:T:THB',
        capMinor: 84n,
        minor: 33_745n,
      },
      { kind: 'rail', rail: 'RAIL:F:BAKONG:KHR', minor: 4_100_000n },
    ]);
  });
});

describe('headroom', () => {
  it('is raised by posted credits, never by pending ones, and lowered by pending debits', () => {
    const lodged = fundsLines({ ...funds, account: 'PREFUND', currency: 'THB', deltaMinor: 100_000n });
    const books = new Books().do(move('post', lodged));
    const [out, back] = [paymentLines(outbound()), paymentLines(inbound())];
    const room = () =>
      headroom(books.of(prefundAccount('F', 'THB')), 50_000n, books.of(positionAccount('F', 'THB')));
    expect(room()).toBe(150_000n);
    books.do(reserved(out));
    expect(room()).toBe(68_000n);
    books.do(reserved(back));
    expect(room()).toBe(68_000n);
    books.do(move('post', back.obligations));
    expect(room()).toBe(68_000n + 33_745n);
    books.do(move('post', out.obligations));
    expect(room()).toBe(68_000n + 33_745n);
  });
});

describe('settlement', () => {
  it('clears positions over a bridge that sums to zero', () => {
    const lines = paymentLines(outbound());
    const books = new Books().do(reserved(lines)).do(move('post', lines.obligations));
    books.do(move('post', clearingLines('W', 'F', 'THB', -82_000n), clearingLines('W', 'T', 'THB', 82_000n)));
    expect([position(books, 'F', 'THB'), position(books, 'T', 'THB')]).toEqual([0n, 0n]);
    expect(books.balance('SETTLEMENT_CLEARING:W:F:THB') + books.balance('SETTLEMENT_CLEARING:W:T:THB')).toBe(
      0n,
    );
    expect(clearingLines('W', 'F', 'THB', 0n)).toEqual([]);
  });
});

describe('funds', () => {
  const rail = { ...funds, account: 'RAIL', rail: 'BAKONG' } as const;
  const prefund = { ...funds, account: 'PREFUND' } as const;
  it.each([
    [{ ...prefund, deltaMinor: 5n }, 'NOSTRO:S:KHR', 'PREFUND:F:KHR', 5n],
    [{ ...prefund, deltaMinor: -5n }, 'PREFUND:F:KHR', 'NOSTRO:S:KHR', 5n],
    [{ ...rail, deltaMinor: 1n }, 'RAIL:F:BAKONG:KHR', 'RAIL_OUTSIDE:BAKONG:KHR', 1n],
    [{ ...rail, deltaMinor: -1n }, 'RAIL_OUTSIDE:BAKONG:KHR', 'RAIL:F:BAKONG:KHR', 1n],
  ])('that a statement proves move at once, whichever way: %j', (movement, debit, credit, minor) => {
    expect(fundsLines(movement)).toEqual([{ kind: 'funds', debit, credit, minor, reserved: false }]);
  });

  it('of zero move nothing, and of a rail need its name', () => {
    expect(fundsLines({ ...prefund, deltaMinor: 0n })).toEqual([]);
    expect(() => fundsLines({ ...funds, account: 'RAIL', deltaMinor: 1n })).toThrow('without the name');
  });
});

describe('what must never be written', () => {
  it('refuses lines across currencies, onto themselves or without an amount', () => {
    const [khr, thb, other] = [
      positionAccount('A', 'KHR'),
      positionAccount('A', 'THB'),
      positionAccount('B', 'KHR'),
    ];
    expect(() => transferLine('fee', khr, thb, 1n, false)).toThrow('crosses currencies');
    expect(() => transferLine('fee', khr, khr, 1n, false)).toThrow('debits what it credits');
    expect(() => transferLine('fee', khr, other, 0n, false)).toThrow('a transfer of 0');
    expect(() => new Books().do(freed(paymentLines(outbound())))).toThrow('more pending');
  });

  it.each([
    [positionAccount('A', 'KHR'), 'POSITION', ['A']],
    [prefundAccount('A', 'KHR'), 'PREFUND', ['A']],
    [railAccount('FXNAGA', 'BAKONG', 'KHR'), 'RAIL', ['FXNAGA', 'BAKONG']],
    [railOutsideAccount('BAKONG', 'KHR'), 'RAIL_OUTSIDE', ['BAKONG']],
    [nostroAccount('B', 'KHR'), 'NOSTRO', ['B']],
    [feeReceivableAccount('A', 'KHR'), 'FEE_RECEIVABLE', ['A']],
    [feeRevenueAccount('KHR'), 'FEE_REVENUE', []],
    [settlementClearingAccount('W', 'A', 'KHR'), 'SETTLEMENT_CLEARING', ['W', 'A']],
    [positionAccount('a'.repeat(64), 'KHR'), 'POSITION', ['a'.repeat(64)]],
  ])('reads the account code %s', (account, kind, owner) => {
    expect(account).toBe([kind, ...owner, 'KHR'].join(':'));
    expect(readAccount(account)).toEqual({ kind, owner, currency: 'KHR' });
    expect(currencyOf(account)).toBe('KHR');
  });

  it('refuses inventions', () => {
    for (const text of [
      '',
      'POSITION',
      'PURSE:A:KHR',
      'FEE_REVENUE',
      'POSITION:A:khr',
      'POSITION:A:KHRX',
      'POSITION:A:XKHR',
      `POSITION:${'a'.repeat(65)}:KHR`,
      'POSITION:A:B:KHR',
      'RAIL:A:KHR',
      'POSITION:a b:KHR',
      'constructor:A:KHR',
    ]) {
      expect(() => readAccount(text)).toThrow(RangeError);
    }
    expect(() => positionAccount('A:B', 'KHR')).toThrow(RangeError);
  });
});
