import { describe, expect, it } from '@jest/globals';
import { convert, formatPayable, improveRate, parseAmount, parseRate, type Amount } from '@tonle/money';
import fc from 'fast-check';
import {
  applyDelta,
  clearingLines,
  debitBalance,
  dischargeLines,
  EMPTY_COLUMNS,
  fundsLines,
  headroom,
  liquidityChecks,
  netDeltas,
  positionAccount,
  postLines,
  prefundAccount,
  railAccount,
  railAvailable,
  railOutsideAccount,
  readAccount,
  reservationLines,
  reversalLines,
  transferLine,
  type AccountColumns,
  type LedgerPayment,
  type LineMove,
} from './index.js';

const HOME = { settlementMode: 'GROSS_RT', rail: 'BAKONG' } as const;
const PARTNER = { settlementMode: 'DEFERRED_NET' } as const;

function money(currency: string, text: string): Amount {
  const read = parseAmount(currency, text);
  if (read.kind !== 'ok') throw new Error(read.reason);
  return read.amount;
}

/** Saga A of domain 6.9. */
function outbound(): LedgerPayment {
  return {
    direction: 'outbound',
    debtorAgent: 'B',
    creditorAgent: 'T',
    fxProvider: 'F',
    source: money('KHR', '100240'),
    target: money('THB', '820.00'),
    fees: [{ payer: 'B', amount: money('KHR', '100') }],
    home: HOME,
    partner: PARTNER,
  };
}

/** Saga B of domain 6.10. */
function inbound(): LedgerPayment {
  return {
    direction: 'inbound',
    debtorAgent: 'T',
    creditorAgent: 'M',
    fxProvider: 'F',
    source: money('THB', '337.45'),
    target: money('KHR', '41000'),
    fees: [],
    home: HOME,
    partner: PARTNER,
  };
}

class Books {
  private readonly accounts = new Map<string, AccountColumns>();

  do(...moves: LineMove[]): this {
    for (const delta of netDeltas(moves)) {
      this.accounts.set(delta.account, applyDelta(this.of(delta.account), delta));
    }
    return this;
  }

  of(account: string): AccountColumns {
    return this.accounts.get(account) ?? EMPTY_COLUMNS;
  }

  balance(account: string): bigint {
    return debitBalance(this.of(account));
  }

  sums(): Record<string, bigint> {
    const sums: Record<string, bigint> = {};
    for (const [account, columns] of this.accounts) {
      const { currency } = readAccount(account);
      sums[currency] = (sums[currency] ?? 0n) + debitBalance(columns);
    }
    return sums;
  }

  pending(): bigint {
    return [...this.accounts.values()].reduce(
      (sum, each) => sum + each.debitsPending + each.creditsPending,
      0n,
    );
  }
}

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
    const books = new Books().do({ action: 'reserve', lines: reservationLines(outbound()) });
    expect(books.of(positionAccount('B', 'KHR')).debitsPending).toBe(10_024_000n);
    expect(books.of(positionAccount('F', 'KHR')).creditsPending).toBe(10_024_000n);
    expect(books.of(positionAccount('F', 'THB')).debitsPending).toBe(82_000n);
    expect(books.of(positionAccount('T', 'THB')).creditsPending).toBe(82_000n);
    expect(books.of('FEE_RECEIVABLE:B:KHR').debitsPending).toBe(10_000n);
    expect(books.of(railAccount('F', 'BAKONG', 'KHR'))).toEqual(EMPTY_COLUMNS);
  });

  it('tells the truth between debit and completion, and leaves the baht pair for the window', () => {
    const payment = outbound();
    const books = new Books().do({ action: 'reserve', lines: reservationLines(payment) });
    books.do({ action: 'post', lines: dischargeLines(payment, 'debit') });
    expect([position(books, 'F', 'KHR'), position(books, 'B', 'KHR')]).toEqual([10_024_000n, -10_024_000n]);
    books.do({ action: 'post', lines: [...postLines(payment), ...dischargeLines(payment, 'credit')] });
    expect([position(books, 'F', 'KHR'), position(books, 'B', 'KHR')]).toEqual([0n, 0n]);
    expect([position(books, 'F', 'THB'), position(books, 'T', 'THB')]).toEqual([82_000n, -82_000n]);
    expect(books.balance(railAccount('F', 'BAKONG', 'KHR'))).toBe(10_024_000n);
    expect(books.balance('FEE_RECEIVABLE:B:KHR')).toBe(10_000n);
    expect(books.pending()).toBe(0n);
    expect(books.sums()).toEqual({ KHR: 0n, THB: 0n });
  });

  it('with both sides deferred leaves the positions of domain 6.9', () => {
    const payment = { ...outbound(), home: PARTNER };
    const books = new Books().do(
      { action: 'reserve', lines: reservationLines(payment) },
      { action: 'post', lines: [...postLines(payment), ...dischargeLines(payment, 'debit')] },
    );
    expect([position(books, 'B', 'KHR'), position(books, 'F', 'KHR')]).toEqual([10_024_000n, -10_024_000n]);
    expect([position(books, 'F', 'THB'), position(books, 'T', 'THB')]).toEqual([82_000n, -82_000n]);
  });

  it('is as if it had never been after the reversal', () => {
    const payment = outbound();
    const books = new Books().do({ action: 'reserve', lines: reservationLines(payment) });
    books.do({ action: 'post', lines: dischargeLines(payment, 'debit') });
    books.do(
      { action: 'post', lines: reversalLines(payment) },
      { action: 'void', lines: reservationLines(payment) },
    );
    for (const account of [
      positionAccount('B', 'KHR'),
      positionAccount('F', 'KHR'),
      railAccount('F', 'BAKONG', 'KHR'),
    ]) {
      expect(books.balance(account)).toBe(0n);
    }
    expect(books.pending()).toBe(0n);
  });

  it('asks the provider for headroom in baht and trusts the rail for riel', () => {
    expect(liquidityChecks(outbound())).toEqual([
      { kind: 'headroom', participant: 'F', currency: 'THB', amount: 82_000n },
    ]);
  });
});

describe('inbound, saga B', () => {
  it('holds the rail money of the provider from the reservation on', () => {
    const payment = inbound();
    const rail = railAccount('F', 'BAKONG', 'KHR');
    const books = new Books().do(
      {
        action: 'post',
        lines: fundsLines({
          account: 'RAIL',
          participant: 'F',
          rail: 'BAKONG',
          bank: 'S',
          currency: 'KHR',
          deltaMinor: 5_000_000n,
        }),
      },
      { action: 'reserve', lines: reservationLines(payment) },
    );
    expect(railAvailable(books.of(rail))).toBe(900_000n);
    expect(books.of(railOutsideAccount('BAKONG', 'KHR')).debitsPending).toBe(4_100_000n);
    books.do({ action: 'post', lines: [...postLines(payment), ...dischargeLines(payment, 'credit')] });
    expect(railAvailable(books.of(rail))).toBe(900_000n);
    expect([position(books, 'F', 'KHR'), position(books, 'M', 'KHR')]).toEqual([0n, 0n]);
    expect([position(books, 'T', 'THB'), position(books, 'F', 'THB')]).toEqual([33_745n, -33_745n]);
    expect(books.pending()).toBe(0n);
    expect(books.sums()).toEqual({ KHR: 0n, THB: 0n });
  });

  it('asks the network for headroom in baht and the rail mirror for riel', () => {
    expect(liquidityChecks(inbound())).toEqual([
      { kind: 'headroom', participant: 'T', currency: 'THB', amount: 33_745n },
      { kind: 'rail', provider: 'F', rail: 'BAKONG', currency: 'KHR', amount: 4_100_000n },
    ]);
  });
});

describe('headroom', () => {
  it('is raised by posted credits, never by pending ones, and lowered by pending debits', () => {
    const books = new Books().do({
      action: 'post',
      lines: fundsLines({
        account: 'PREFUND',
        participant: 'F',
        bank: 'S',
        currency: 'THB',
        deltaMinor: 100_000n,
      }),
    });
    const room = () =>
      headroom(books.of(prefundAccount('F', 'THB')), 50_000n, books.of(positionAccount('F', 'THB')));
    expect(room()).toBe(150_000n);
    books.do({ action: 'reserve', lines: reservationLines(outbound()) });
    expect(room()).toBe(68_000n);
    books.do({ action: 'reserve', lines: reservationLines(inbound()) });
    expect(room()).toBe(68_000n);
    books.do({ action: 'post', lines: postLines(inbound()) });
    expect(room()).toBe(68_000n + 33_745n);
    books.do({ action: 'post', lines: postLines(outbound()) });
    expect(room()).toBe(68_000n + 33_745n);
  });
});

describe('settlement', () => {
  it('clears positions over a bridge that sums to zero', () => {
    const payment = outbound();
    const books = new Books().do({ action: 'reserve', lines: reservationLines(payment) });
    books.do({ action: 'post', lines: postLines(payment) });
    books.do({
      action: 'post',
      lines: [...clearingLines('W', 'F', 'THB', -82_000n), ...clearingLines('W', 'T', 'THB', 82_000n)],
    });
    expect([position(books, 'F', 'THB'), position(books, 'T', 'THB')]).toEqual([0n, 0n]);
    expect(books.balance('SETTLEMENT_CLEARING:W:F:THB') + books.balance('SETTLEMENT_CLEARING:W:T:THB')).toBe(
      0n,
    );
    expect(clearingLines('W', 'F', 'THB', 0n)).toEqual([]);
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
    expect(() => new Books().do({ action: 'void', lines: reservationLines(outbound()) })).toThrow(
      'more pending',
    );
  });

  it('reads account codes and refuses inventions', () => {
    expect(readAccount('RAIL:FXNAGA:BAKONG:KHR')).toEqual({
      kind: 'RAIL',
      owner: ['FXNAGA', 'BAKONG'],
      currency: 'KHR',
      normalSide: 'debit',
    });
    for (const text of [
      '',
      'POSITION',
      'PURSE:A:KHR',
      'POSITION:A:khr',
      'POSITION:a b:KHR',
      'constructor:A:KHR',
    ]) {
      expect(() => readAccount(text)).toThrow(RangeError);
    }
    expect(() => positionAccount('A:B', 'KHR')).toThrow(RangeError);
  });
});

describe('batches', () => {
  const payment = fc.record({
    isOutbound: fc.boolean(),
    fee: fc.integer({ min: 0, max: 500 }),
    khr: fc.integer({ min: 1, max: 1e9 }),
    thb: fc.integer({ min: 1, max: 1e9 }),
    end: fc.constantFrom('complete', 'reject', 'reverse', 'open'),
    agents: fc.tuple(fc.nat(2), fc.nat(2)),
  });
  type Plan = typeof payment extends fc.Arbitrary<infer T> ? T : never;

  const ledgerPayment = (plan: Plan): LedgerPayment => {
    const khr = { currency: 'KHR', minor: BigInt(plan.khr) };
    const thb = { currency: 'THB', minor: BigInt(plan.thb) };
    const sides = { fxProvider: `F${plan.agents[1]}`, home: HOME, partner: PARTNER };
    const bank = `B${plan.agents[0]}`;
    return plan.isOutbound
      ? {
          ...sides,
          direction: 'outbound',
          debtorAgent: bank,
          creditorAgent: 'T',
          source: khr,
          target: thb,
          fees: [{ payer: bank, amount: { currency: 'KHR', minor: BigInt(plan.fee) } }],
        }
      : {
          ...sides,
          direction: 'inbound',
          debtorAgent: 'T',
          creditorAgent: bank,
          source: thb,
          target: khr,
          fees: [],
        };
  };

  const movesOf = (plan: Plan): LineMove[] => {
    const facts = ledgerPayment(plan);
    const moves: LineMove[] = [{ action: 'reserve', lines: reservationLines(facts) }];
    if (plan.end === 'open') return moves;
    if (plan.isOutbound && plan.end !== 'reject')
      moves.push({ action: 'post', lines: dischargeLines(facts, 'debit') });
    if (plan.end === 'complete') {
      moves.push({ action: 'post', lines: [...postLines(facts), ...dischargeLines(facts, 'credit')] });
    } else {
      if (plan.isOutbound && plan.end === 'reverse')
        moves.push({ action: 'post', lines: reversalLines(facts) });
      moves.push({ action: 'void', lines: reservationLines(facts) });
    }
    return moves;
  };

  it('give the same books in one batch as one by one, sum to zero and leave pendings of open payments only', () => {
    fc.assert(
      fc.property(fc.array(payment, { maxLength: 30 }), (plans) => {
        const together = new Books().do(...plans.flatMap(movesOf));
        const apart = new Books();
        for (const plan of plans) for (const move of movesOf(plan)) apart.do(move);
        const accounts = new Set(netDeltas(plans.flatMap(movesOf)).map((delta) => delta.account));
        for (const account of accounts) expect(together.of(account)).toEqual(apart.of(account));
        for (const sum of Object.values(together.sums())) expect(sum).toBe(0n);
        const open = plans.filter((plan) => plan.end === 'open');
        const held = open.flatMap((plan) => reservationLines(ledgerPayment(plan)));
        expect(together.pending()).toBe(2n * held.reduce((sum, line) => sum + line.amount, 0n));
      }),
    );
  });

  it('name each account once, in order of its code', () => {
    fc.assert(
      fc.property(fc.array(payment, { maxLength: 30 }), (plans) => {
        const accounts = netDeltas(plans.flatMap(movesOf)).map((delta) => delta.account);
        expect(accounts).toEqual([...new Set(accounts)].sort());
      }),
    );
  });
});
