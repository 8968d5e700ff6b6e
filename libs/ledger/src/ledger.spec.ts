import { describe, expect, it } from '@jest/globals';
import { convert, formatPayable, improveRate, parseRate } from '@tonle/money';
import {
  currencyOf,
  EMPTY_COLUMNS,
  entryLine,
  feePayableAccount,
  feeReceivableAccount,
  feeRevenueAccount,
  frozenAccount,
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
  roundingAccount,
  settlementClearingAccount,
  suspenseAccount,
  transferLine,
  writeOffAccount,
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

/** Money that a bank line brings to a participant's prefund, or that a rail's brings to a provider. */
const funds = (debit: string, credit: string, minor: bigint) => [
  entryLine({ kind: 'funds', currency: debit.slice(-3), debit, credit, minor, lineId: 'line 1' }),
];
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
      move('post', funds(rail, railOutsideAccount('BAKONG', 'KHR'), 5_000_000n)),
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
    const lodged = funds(nostroAccount('S', 'THB'), prefundAccount('F', 'THB'), 100_000n);
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
  it('leaves nothing on positions and bridges once bank lines have come for both sides', () => {
    const lines = paymentLines(outbound());
    const books = new Books().do(reserved(lines)).do(move('post', lines.obligations));
    const bridge = (participant: string) => settlementClearingAccount('W', participant, 'THB');
    const entry = (kind: 'settlement_bank' | 'settlement', debit: string, credit: string) => {
      const line = kind === 'settlement' ? {} : { lineId: 'line 1' };
      return [entryLine({ kind, currency: 'THB', debit, credit, minor: 82_000n, ...line })];
    };
    const nostro = nostroAccount('S', 'THB');
    books.do(move('post', entry('settlement_bank', nostro, bridge('F'))));
    books.do(move('post', entry('settlement', bridge('F'), positionAccount('F', 'THB'))));
    expect([position(books, 'F', 'THB'), books.balance(nostro)]).toEqual([0n, 82_000n]);
    books.do(move('post', entry('settlement_bank', bridge('T'), nostro)));
    books.do(move('post', entry('settlement', positionAccount('T', 'THB'), bridge('T'))));
    for (const account of [positionAccount('T', 'THB'), nostro, bridge('F'), bridge('T')])
      expect([account, books.balance(account)]).toEqual([account, 0n]);
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
    [feePayableAccount('A', 'KHR'), 'FEE_PAYABLE', ['A']],
    [frozenAccount('A', 'KHR'), 'FROZEN', ['A']],
    [suspenseAccount('KHR'), 'SUSPENSE', []],
    [roundingAccount('KHR'), 'ROUNDING', []],
    [writeOffAccount('KHR'), 'WRITE_OFF', []],
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
