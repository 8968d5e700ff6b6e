import { describe, expect, it } from '@jest/globals';
import type { RefundedPayment } from '@tonle/contracts';
import { isWholeOfToday, refundFields } from './payment-fields.js';
import { writeQrc } from './qrc-message.js';

const ORIGINAL: RefundedPayment = {
  paymentId: '019ac000-0000-7000-8000-000000000001',
  uetr: '6c1f7b0e-93a4-4f7a-8f3c-0d2b6c9a1e55',
  messageId: 'U3999011620261128233000123456789012',
  endToEndId: '123456789012',
  quoteId: '019ac000-0000-7000-8000-000000000002',
  source: { currency: 'USD', minor: '1000' },
  target: { currency: 'KHR', minor: '4100000' },
  // 23:30 in Beijing.
  acceptedAt: '2026-11-28T15:30:00.000Z',
};
const WHOLE = {
  amount: ORIGINAL.source,
  otherAmount: ORIGINAL.target,
  acceptedAt: '2026-11-28T15:59:59.999Z',
};

describe('a refund', () => {
  it('names its payment by all references, in the amounts of both', () => {
    const amount = { currency: 'USD', minor: '250' };
    const otherAmount = { currency: 'KHR', minor: '1025000' };
    const fields = refundFields(
      { ...WHOLE, amount, otherAmount },
      { ...ORIGINAL, partnerRef: 'ab'.repeat(32) },
    );
    const head = { msgID: 'A3999011620261129003000123456', msgType: 'REFUND', insID: '39990116' };
    const { trxInfo } = JSON.parse(
      writeQrc({ ...head, at: Date.parse('2026-11-28T16:30:00Z') }, fields).toString(),
    ) as { trxInfo: unknown };
    expect(trxInfo).toEqual({
      origMsgID: 'U3999011620261128233000123456789012',
      retrivlRefNum: '123456789012',
      qrcVoucherNo: 'abababababababababab',
      origReferNo: '6c1f7b0e93a44f7a8f3c0d2b6c9a1e55',
      origTrxAmt: '41000',
      origTrxCurrency: '116',
      trxAmt: '10250',
      trxCurrency: '116',
      settAmt: '2.50',
      settCurrency: '840',
    });
  });

  it('leaves out what is not known of it', () => {
    const fields = refundFields(WHOLE, { ...ORIGINAL, endToEndId: 'NOTPROVIDED' });
    expect([fields['retrivlRefNum'], fields['qrcVoucherNo']]).toEqual([undefined, undefined]);
  });
});

describe('all of a payment of today', () => {
  it('is all that was paid and settled, on one day in Beijing', () => {
    expect(isWholeOfToday(WHOLE, ORIGINAL)).toBe(true);
  });

  it.each([
    ['a part', { ...WHOLE, amount: { currency: 'USD', minor: '999' } }],
    ['all of it at the rate of today', { ...WHOLE, otherAmount: { currency: 'KHR', minor: '4100100' } }],
    ['another currency', { ...WHOLE, amount: { currency: 'CNY', minor: '1000' } }],
    ['all of it after midnight', { ...WHOLE, acceptedAt: '2026-11-28T16:00:00.000Z' }],
  ])('is not %s', (_name, refund) => {
    expect(isWholeOfToday(refund, ORIGINAL)).toBe(false);
  });
});
