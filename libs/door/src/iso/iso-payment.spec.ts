import { describe, expect, it } from '@jest/globals';
import type { CustomerPayment } from '@tonle/iso20022';
import { amount } from '@tonle/money';
import { isoContentHash, notPassedOn, remittanceOf } from './iso-payment.js';

const PAYMENT: CustomerPayment = {
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
const hashOf = (more: Partial<CustomerPayment>) => isoContentHash({ ...PAYMENT, ...more }).toString('hex');

describe('the content of a pacs.008', () => {
  it.each<[string, Partial<CustomerPayment>]>([
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

  it.each<[string, Partial<CustomerPayment>, string | undefined]>([
    ['its lines', { remittance: 'Rice\nof May' }, 'Rice of May'],
    ["the payee's reference", { creditorReference: 'RF18' }, 'RF18'],
    ['both', { remittance: 'Rice', creditorReference: 'RF18' }, 'Rice RF18'],
    ['a reference once', { remittance: 'Invoice RF18', creditorReference: 'RF18' }, 'Invoice RF18'],
    ['nothing', {}, undefined],
  ])('is passed on as one line of remittance: %s', (_what, more, line) => {
    expect(remittanceOf({ ...PAYMENT, ...more })).toBe(line);
  });

  it('is told where it is not passed on', () => {
    const unheld = ['/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]/UltmtDbtr'];
    expect(notPassedOn(PAYMENT, unheld)).toEqual(['Not passed on: /CdtTrfTxInf[1]/UltmtDbtr']);
    expect(notPassedOn({ ...PAYMENT, remittance: 'x'.repeat(141) }, [])).toEqual([
      'Passed on to 140 characters: RmtInf',
    ]);
    const many = Array.from({ length: 14 }, (_, index) => `/Document/X/E${index}`);
    expect(notPassedOn(PAYMENT, many)).toHaveLength(11);
    expect(notPassedOn(PAYMENT, many).at(-1)).toBe('Not passed on: 4 more');
  });
});
