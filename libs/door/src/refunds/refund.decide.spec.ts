import { describe, expect, it } from '@jest/globals';
import type { PaymentState, PaymentView, RefundCause, RefundFault } from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import fc from 'fast-check';
import { instructionOf, viewOf } from '../door.testing.js';
import { decideRefund, refundableOf, refundQuoteRequest } from './refund.decide.js';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const DAY_MS = 86_400_000;
const CORRIDOR = { corridorId: 'KH-TH', refunds: { days: 30, rate: 'original' } } as unknown as Corridor;
const baht = (minor: string) => ({ currency: 'THB', minor });

/** 100,240 riel against 820.00 baht, completed. */
function paid(more: Partial<PaymentView> = {}): PaymentView {
  return { ...viewOf(instructionOf(NOW - DAY_MS).submit, 'COMPLETED'), ...more };
}

describe('a refund', () => {
  it('is the original the other way, with what its network needs to find it', () => {
    const view = paid({ partnerTerms: { orderAmount: baht('82000') } });
    const { paymentId, uetr, messageId, endToEndId, quoteId, source, target, acceptedAt } = view;
    expect(decideRefund(view, CORRIDOR, baht('20500'), NOW)).toEqual({
      kind: 'ok',
      terms: {
        original: {
          ...{ paymentId, uetr, messageId, endToEndId, quoteId, source, target, acceptedAt },
          partnerRef: 'C1',
          partnerTerms: { orderAmount: baht('82000') },
        },
        debtor: view.creditor,
        debtorAgent: 'B',
        creditor: view.debtor,
        creditorAgent: 'A',
        amount: baht('20500'),
        cause: { fault: 'merchant_request', fxBearer: 'provider' },
      },
    });
  });

  it.each<[RefundFault, 'original' | 'today', RefundCause['fxBearer']]>([
    ['merchant_request', 'original', 'provider'],
    ['receiving_side', 'original', 'provider'],
    ['switch', 'original', 'provider'],
    ['merchant_request', 'today', 'payer'],
    ['payer_request', 'today', 'payer'],
    ['receiving_side', 'today', 'receiving_side'],
    ['switch', 'today', 'scheme'],
  ])('for %s at the rate %s has its rate borne by %s', (fault, rate, fxBearer) => {
    const corridor = { ...CORRIDOR, refunds: { days: 30, rate } };
    const found = paid({ switchFault: true });
    const decided = decideRefund(found, corridor, undefined, NOW, { fault });
    expect(decided).toMatchObject({ terms: { cause: { fault, fxBearer } } });
    const one = paid({ source: baht('82000'), switchFault: true });
    expect(decideRefund(one, corridor, undefined, NOW, { fault })).toMatchObject({
      terms: { cause: { fault, fxBearer: 'none' } },
    });
  });

  it('is the fault of the switch where operators have found that, and nowhere else', () => {
    const fault = 'switch';
    expect(decideRefund(paid(), CORRIDOR, undefined, NOW, { fault })).toMatchObject({
      reason: 'refund_fault_not_found',
    });
    const found = paid({ switchFault: true });
    // What is said counts, but of messages that cannot say it.
    const said = { fault: 'receiving_side' } as const;
    expect(decideRefund(found, CORRIDOR, undefined, NOW, said)).toMatchObject({ terms: { cause: said } });
    const message = { ...said, unlessFound: true } as const;
    expect(decideRefund(found, CORRIDOR, undefined, NOW, message)).toMatchObject({
      terms: { cause: { fault } },
    });
    expect(decideRefund(paid(), CORRIDOR, undefined, NOW, message)).toMatchObject({ terms: { cause: said } });
  });

  it('of a payment that came in names no reference of the network that credited it, which is ours', () => {
    const decided = decideRefund(paid({ direction: 'inbound' }), CORRIDOR, undefined, NOW);
    expect(decided).not.toHaveProperty('terms.original.partnerRef');
  });

  it.each<[string, PaymentView, Corridor | undefined, string | undefined, string]>([
    ['in a link without refunds', paid(), { ...CORRIDOR, refunds: undefined }, '1', 'refund_not_served'],
    ['in a link that nobody knows', paid(), undefined, '1', 'refund_not_served'],
    ['of a refund', paid({ refundOf: crypto.randomUUID() }), CORRIDOR, '1', 'refund_not_served'],
    [
      'of one under way',
      paid({ state: 'CREDIT_UNKNOWN' as PaymentState }),
      CORRIDOR,
      '1',
      'original_not_completed',
    ],
    ['of one that failed', paid({ state: 'REJECTED' }), CORRIDOR, '1', 'original_not_paid'],
    [
      'after its days',
      paid({ completedAt: new Date(NOW - 30 * DAY_MS - 1).toISOString() }),
      CORRIDOR,
      '1',
      'refund_too_late',
    ],
    ['of nothing', paid(), CORRIDOR, '0', 'amount_not_positive'],
    ['of more than was paid', paid(), CORRIDOR, '82001', 'refund_exceeds'],
    ['of more than is left', paid({ refundedAmount: baht('80000') }), CORRIDOR, '2001', 'refund_exceeds'],
    [
      'of more than the network was owed',
      paid({ creditedAmount: baht('81000') }),
      CORRIDOR,
      '81001',
      'refund_exceeds',
    ],
    [
      'of all that is left of nothing',
      paid({ refundedAmount: baht('82000') }),
      CORRIDOR,
      undefined,
      'already_refunded',
    ],
    [
      'of a refund in a link without refunds that is under way: its kind counts first',
      paid({ refundOf: crypto.randomUUID(), state: 'CREDIT_UNKNOWN' as PaymentState }),
      undefined,
      '0',
      'refund_not_served',
    ],
    [
      'of nothing of what is too old',
      paid({ completedAt: new Date(0).toISOString() }),
      CORRIDOR,
      '0',
      'refund_too_late',
    ],
    ['of nothing of nothing', paid({ refundedAmount: baht('82000') }), CORRIDOR, '0', 'already_refunded'],
  ])('%s is refused', (_what, view, corridor, minor, reason) => {
    const asked = minor === undefined ? undefined : baht(minor);
    expect(decideRefund(view, corridor, asked, NOW)).toMatchObject({ kind: 'refused', reason });
  });

  it('in another currency than the payee got is refused', () => {
    const asked = { currency: 'KHR', minor: '100' };
    expect(decideRefund(paid(), CORRIDOR, asked, NOW)).toMatchObject({ reason: 'unknown_currency' });
  });

  it('says what is left when it asks for more', () => {
    const decided = decideRefund(paid({ refundedAmount: baht('80000') }), CORRIDOR, baht('82000'), NOW);
    expect(decided).toMatchObject({
      detail: 'Of 820.00 THB, 20.00 THB is left to refund; this refund is of 820.00 THB.',
    });
  });

  it('gives back what is asked for, or all that is left, and never more', () => {
    const minor = fc.bigInt({ min: 0n, max: 100_000n });
    fc.assert(
      fc.property(minor, minor, fc.option(minor), (owed, refunded, asked) => {
        fc.pre(owed > 0n && refunded <= owed);
        const view = paid({ creditedAmount: baht(`${owed}`), refundedAmount: baht(`${refunded}`) });
        const left = owed - refunded;
        const decided = decideRefund(view, CORRIDOR, asked === null ? undefined : baht(`${asked}`), NOW);
        const wanted = asked ?? left;
        if (wanted > 0n && wanted <= left)
          expect(decided).toMatchObject({ kind: 'ok', terms: { amount: baht(`${wanted}`) } });
        else expect(decided.kind).toBe('refused');
      }),
    );
  });

  it('is priced from the amount of the payee, by the quote of the payment', () => {
    const view = paid();
    const cause = { fault: 'payer_request', fxBearer: 'payer' } as const;
    const terms = { amount: baht('500'), cause };
    expect(refundQuoteRequest(view, 'THSWITCH', terms)).toEqual({
      participant: 'THSWITCH',
      corridor: 'KH-TH',
      sourceCurrency: 'THB',
      targetCurrency: 'KHR',
      direction: 'inbound',
      fixed: 'source',
      amount: baht('500'),
      refundOf: view.quoteId,
      refundCause: cause,
    });
    expect(refundQuoteRequest(paid({ direction: 'inbound' }), 'A', terms).direction).toBe('outbound');
  });
});

it('shows what is left only of what can be refunded now', () => {
  expect(refundableOf(paid({ refundedAmount: baht('2000') }), CORRIDOR, NOW)).toEqual({
    currency: 'THB',
    minor: 80000n,
  });
  expect(refundableOf(paid(), undefined, NOW)).toBeUndefined();
  expect(refundableOf(paid({ state: 'REJECTED' }), CORRIDOR, NOW)).toBeUndefined();
});
