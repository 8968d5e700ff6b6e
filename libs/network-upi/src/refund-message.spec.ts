import { describe, expect, it } from '@jest/globals';
import { readQrc } from './qrc-message.js';
import { readRefund, unclearRefund } from './refund-message.js';

const OWN = { dialect: 'unionpay-qrc', acceptanceMs: 60_000, institution: '39990116' };

function read(msgType: string, trxInfo: object, timeStamp = '20261129003000') {
  const msgInfo = {
    versionNo: '1.0.0',
    msgID: 'U3999011620261129003000123456789012',
    timeStamp,
    msgType,
    insID: '39990116',
  };
  const raw = { bytes: Buffer.from(JSON.stringify({ msgInfo, trxInfo })), headers: {} };
  const asked = readQrc(raw.bytes)!;
  const refund = readRefund(asked, raw, OWN);
  return { refund, why: refund && unclearRefund(asked, refund) };
}

const PART = {
  origMsgID: 'A3999011620261129003000123',
  trxAmt: '20.00',
  trxCurrency: '344',
  settAmt: '2.56',
  settCurrency: '840',
};

describe('what a merchant abroad gives back', () => {
  it('is the settled amount of a refund, of the payment that our message id names', () => {
    const settlementKey = { systemTraceAuditNumber: '000017' };
    const { refund, why } = read('REFUND', { ...PART, retrivlRefNum: '123456789012', settlementKey });
    expect(why).toBeUndefined();
    expect(refund).toMatchObject({
      messageId: 'U3999011620261129003000123456789012',
      endToEndId: '123456789012',
      transactionId: '000017',
      refund: { externalRef: PART.origMsgID, amount: { currency: 'USD', minor: '256' } },
      partnerTerms: { orderAmount: { currency: 'HKD', minor: '2000' } },
      sentMs: Date.parse('2026-11-28T16:30:00Z'),
      acceptanceMs: 60_000,
    });
  });

  it.each([
    ['a cancellation, whatever it says', 'CANCELLATION', PART],
    ['a refund that names no amount', 'REFUND', { origMsgID: PART.origMsgID }],
  ])('is all that is left: %s', (_name, msgType, trxInfo) => {
    const { refund, why } = read(msgType, trxInfo);
    expect([refund?.refund.amount, why]).toEqual([undefined, undefined]);
  });

  it.each([
    ['a part without what is settled', { ...PART, settAmt: undefined }],
    ['an amount that is none', { ...PART, settAmt: '2,56' }],
    ['a currency that is none', { ...PART, settCurrency: '999' }],
  ])('is not guessed: %s', (_name, trxInfo) => {
    expect(read('REFUND', trxInfo).why).toMatchObject({ reason: 'element_missing' });
  });

  it('needs a time, and is nothing of another message', () => {
    expect(read('CANCELLATION', PART, '2026').why).toMatchObject({ reason: 'element_missing' });
    expect(read('CREDIT_TRANSACTION', PART).refund).toBeUndefined();
  });
});
