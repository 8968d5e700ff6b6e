import { describe, expect, it } from '@jest/globals';
import type { Payment } from '@tonle/iso20022';
import { amount } from '@tonle/money';
import { isoContentHash, remittanceOf } from './iso-payment.js';

const PAYMENT: Payment = {
  kind: 'payment',
  messageId: 'M1',
  createdAt: '2026-01-05T03:00:00Z',
  endToEndId: 'E1',
  settlementMethod: 'CLRG',
  settlementAmount: amount('KHR', 10_024_000n),
  instructedAmount: amount('THB', 82_000n),
  acceptedAt: '2026-01-05T03:00:00Z',
  chargeBearer: 'SLEV',
  debtor: { name: 'Sok Dara' },
  debtorAgent: { bic: 'MEKOKHPPXXX' },
  creditor: { name: 'Somchai' },
  creditorAgent: { bic: 'THSWTHBKXXX' },
};
const hashOf = (more: Partial<Payment>) => isoContentHash({ ...PAYMENT, ...more }).toString('hex');

describe('the content of a pacs.008', () => {
  it.each<[string, Partial<Payment>]>([
    ['the settlement amount', { settlementAmount: amount('KHR', 10_024_100n) }],
    ['the currency of settlement', { settlementAmount: amount('USD', 10_024_000n) }],
    ['the instructed amount', { instructedAmount: amount('THB', 82_001n) }],
    ['whether an amount was instructed', { instructedAmount: undefined }],
    ['the payee', { creditor: { name: 'Somchay' } }],
    ['the quote', { quoteId: 'Q2' }],
  ])('is another when it changes %s', (_what, more) => {
    expect(hashOf(more)).not.toBe(hashOf({}));
  });

  it('is the same when it is sent again later', () => {
    const later = '2026-01-05T03:00:09Z';
    expect(hashOf({ createdAt: later, acceptedAt: later })).toBe(hashOf({}));
  });

  it('has its remittance in one line', () => {
    expect(remittanceOf({ ...PAYMENT, remittance: 'Rice\nof May' })).toBe('Rice of May');
  });
});
