import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { paymentLines, pendingPartOf, type LedgerPayment } from './index.js';
import {
  Books,
  completed,
  debited,
  freed,
  HOME,
  move,
  PARTNER,
  reserved,
  type Move,
} from './ledger.testing.js';

describe('batches', () => {
  const payment = fc.record({
    isOutbound: fc.boolean(),
    isOneCurrency: fc.boolean(),
    fee: fc.integer({ min: 0, max: 500 }),
    khr: fc.integer({ min: 1, max: 1e9 }),
    thb: fc.integer({ min: 1, max: 1e9 }),
    end: fc.constantFrom('complete', 'reject', 'reverse', 'open'),
    agents: fc.tuple(fc.nat(2), fc.nat(2)),
  });
  type Plan = typeof payment extends fc.Arbitrary<infer T> ? T : never;

  const ledgerPayment = (plan: Plan): LedgerPayment => {
    const khr = { currency: 'KHR', minor: BigInt(plan.khr) };
    const thb = plan.isOneCurrency ? khr : { currency: 'THB', minor: BigInt(plan.thb) };
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
          fees: [{ payer: bank, currency: 'KHR', minor: BigInt(plan.fee) }],
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

  const movesOf = (plan: Plan): Move[] => {
    const lines = paymentLines(ledgerPayment(plan));
    const moves = [reserved(lines)];
    if (plan.end === 'open') return moves;
    if (plan.isOutbound && plan.end !== 'reject') moves.push(...debited(lines));
    if (plan.end === 'complete') return [...moves, ...completed(lines)];
    if (plan.isOutbound && plan.end === 'reverse') moves.push(move('post', lines.reversal));
    return [...moves, freed(lines)];
  };

  const movesOfPaid = (paid: LedgerPayment): Move[] => {
    const lines = paymentLines(paid);
    return [reserved(lines), ...debited(lines), ...completed(lines)];
  };

  /** Some tenths of a payment the other way (domain 6.11). */
  const refundOf = (paid: LedgerPayment, tenths: bigint): LedgerPayment => ({
    ...paid,
    direction: paid.direction === 'outbound' ? 'inbound' : 'outbound',
    debtorAgent: paid.creditorAgent,
    creditorAgent: paid.debtorAgent,
    source: { ...paid.target, minor: (paid.target.minor * tenths) / 10n },
    target: { ...paid.source, minor: (paid.source.minor * tenths) / 10n },
    fees: [],
  });

  it('give the same books in one batch as one by one, sum to zero and leave pendings of open payments only', () => {
    fc.assert(
      fc.property(fc.array(payment, { maxLength: 30 }), (plans) => {
        const together = new Books().do(...plans.flatMap(movesOf));
        const apart = new Books();
        for (const plan of plans) for (const one of movesOf(plan)) apart.do(one);
        for (const account of apart.all().keys()) expect(together.of(account)).toEqual(apart.of(account));
        for (const sum of Object.values(together.sums())) expect(sum).toBe(0n);
        const open = plans.filter((plan) => plan.end === 'open');
        const held = open.flatMap((plan) => reserved(paymentLines(ledgerPayment(plan))).lines);
        expect(together.pending()).toBe(2n * held.reduce((sum, line) => sum + line.minor, 0n));
      }),
    );
  });

  it('leave fees alone behind when what was paid is given back, whole or in parts', () => {
    fc.assert(
      fc.property(payment, fc.integer({ min: 1, max: 9 }), (plan, tenths) => {
        const paid = ledgerPayment({ ...plan, khr: plan.khr * 10, thb: plan.thb * 10 });
        const books = new Books().do(...movesOfPaid(paid));
        for (const share of [BigInt(tenths), 10n - BigInt(tenths)])
          books.do(...movesOfPaid(refundOf(paid, share)));
        expect(books.pending()).toBe(0n);
        for (const account of books.all().keys())
          if (!account.startsWith('FEE')) expect([account, books.balance(account)]).toEqual([account, 0n]);
      }),
    );
  });

  it('invoice to whoever is at fault what the provider lacks of a refund, or has too much, and give the fee back', () => {
    const bearer = fc.constantFrom('scheme' as const, 'receiving_side' as const);
    fc.assert(
      fc.property(payment, bearer, fc.bigInt(1n, 2_000_000_000n), (plan, whose, minor) => {
        const paid = ledgerPayment({ ...plan, isOneCurrency: false });
        const [fee = undefined] = paid.fees.filter((each) => each.minor > 0n);
        const books = new Books().do(...movesOfPaid(paid));
        const back = refundOf(paid, 10n);
        const refund = { conversion: { minor, bearer: whose }, ...(fee !== undefined && { fee }) };
        const lines = paymentLines({ ...back, refund });
        books.do(reserved(lines), ...debited(lines), ...completed(lines));
        expect(books.pending()).toBe(0n);
        for (const sum of Object.values(books.sums())) expect(sum).toBe(0n);
        const { currency } = back.source;
        const borne =
          whose === 'scheme' ? `FX_LOSS:${currency}` : `FX_RECEIVABLE:${back.debtorAgent}:${currency}`;
        const difference = minor - back.source.minor;
        expect(books.balance(borne)).toBe(difference);
        expect(books.balance(`FX_PAYABLE:${back.fxProvider}:${currency}`)).toBe(-difference);
        const invoiced = [borne, `FX_PAYABLE:${back.fxProvider}:${currency}`];
        for (const account of books.all().keys())
          if (!invoiced.includes(account)) expect([account, books.balance(account)]).toEqual([account, 0n]);
      }),
    );
  });

  it('know of every pending line what it is pending for', () => {
    fc.assert(
      fc.property(payment, (plan) => {
        const lines = paymentLines(ledgerPayment(plan));
        for (const part of ['obligations', 'payout', 'way_back'] as const)
          expect(lines[part].every((line) => line.reserved && pendingPartOf(line) === part)).toBe(true);
        // What frees a pending line on posting is the same line.
        expect(lines.credit_discharge).toEqual(expect.arrayContaining([...lines.payout]));
        expect(lines.reversal).toEqual(expect.arrayContaining([...lines.way_back]));
      }),
    );
  });
});
