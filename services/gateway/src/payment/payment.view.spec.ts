import { describe, expect, it } from '@jest/globals';
import { reasonFields, type PaymentSubmit, type PaymentView } from '@tonle/contracts';
import { showOperatorPayment } from '../operations/payment-search.view.js';
import { eventOf } from '../testing/payment-event.js';
import { showReceived } from './payment.view.js';

const AT_MS = Date.UTC(2026, 10, 28);
const WORDS = `Creditor's side: ${'This account was closed on request of its owner. '.repeat(40)}`.trim();

function rejected(more: Partial<PaymentView>): PaymentView {
  const at = new Date(AT_MS).toISOString();
  const person = { name: 'Sok Dara', account: 'u0000123@mekong', accountType: 'bakong' };
  const submit = {
    paymentId: '0193b0a0-0000-7000-8000-000000000001',
    source: { currency: 'KHR', minor: '10024000' },
    target: { currency: 'THB', minor: '82000' },
  } as PaymentSubmit;
  const event = eventOf(submit, 'REJECTED', AT_MS, { reason: 'partner_rejected', ...more });
  return { ...event, debtor: person, creditor: person, receivedAt: at, deadline: at };
}

const received = (view: PaymentView) => showReceived(view, undefined, AT_MS);

describe('what a partner said of the money', () => {
  const orderAmount = { currency: 'CNY', minor: '10000' };
  const settlementRate = { unitCurrency: 'CNY', quotedCurrency: 'USD', rate: '0.14120000' };

  it('is shown to its sides and to operators, in major units', () => {
    const payment = rejected({ partnerTerms: { orderAmount, settlementRate } });
    const partnerTerms = { orderAmount: { currency: 'CNY', amount: '100.00' }, settlementRate };
    expect(received(payment)).toMatchObject({ partnerTerms });
    expect(showOperatorPayment(payment).partnerTerms).toEqual(partnerTerms);
    expect(received(rejected({}))).not.toHaveProperty('partnerTerms');
  });

  it('is shown without amounts of a currency whose decimals nobody knows', () => {
    const feeAmount = { currency: 'XXQ', minor: '1' };
    expect(received(rejected({ partnerTerms: { feeAmount, settlementRate } })).partnerTerms).toEqual({
      settlementRate,
    });
  });
});

describe('a rejected payment', () => {
  it.each([WORDS, 'closed'])(
    'is shown with all words of its reason, to its sides and to operators',
    (words) => {
      const payment = rejected(reasonFields(words));
      expect(received(payment).problem?.detail).toBe(words);
      expect(showOperatorPayment(payment)).toMatchObject({ reasonText: words });
      expect(showOperatorPayment(payment)).not.toHaveProperty('reasonMore');
    },
  );

  it('is shown without words where there are none', () => {
    expect(received(rejected({})).problem).not.toHaveProperty('detail');
    expect(showOperatorPayment(rejected({}))).not.toHaveProperty('reasonText');
  });
});
