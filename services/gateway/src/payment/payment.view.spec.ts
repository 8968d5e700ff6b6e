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

describe('a rejected payment', () => {
  it.each([WORDS, 'closed'])(
    'is shown with all words of its reason, to its sides and to operators',
    (words) => {
      const payment = rejected(reasonFields(words));
      expect(showReceived(payment).problem?.detail).toBe(words);
      expect(showOperatorPayment(payment)).toMatchObject({ reasonText: words });
      expect(showOperatorPayment(payment)).not.toHaveProperty('reasonMore');
    },
  );

  it('is shown without words where there are none', () => {
    expect(showReceived(rejected({})).problem).not.toHaveProperty('detail');
    expect(showOperatorPayment(rejected({}))).not.toHaveProperty('reasonText');
  });
});
