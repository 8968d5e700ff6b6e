import { describe, expect, it } from '@jest/globals';
import { amount } from '@tonle/money';
import { readQrc, readQrcAmount, readQrcAnswer, textOf, writeQrc, writeQrcAmount } from './qrc-message.js';
import { termsOf } from './terms.js';

const HEAD = {
  msgID: 'A3999011620261129003000123456',
  msgType: 'MPQRC_PAYMENT_EMV',
  insID: '39990116',
  at: Date.parse('2026-11-28T16:30:00Z'),
};

describe('a QRC message', () => {
  it('has the same bytes each time, and leaves out what is undefined', () => {
    const bytes = writeQrc(HEAD, { trxAmt: '2.22', note: undefined });
    expect(bytes.toString()).toBe(
      '{"msgInfo":{"versionNo":"1.0.0","msgID":"A3999011620261129003000123456","timeStamp":"20261129003000",' +
        '"msgType":"MPQRC_PAYMENT_EMV","insID":"39990116"},"trxInfo":{"trxAmt":"2.22"}}',
    );
    expect(readQrc(bytes)).toMatchObject({ trxInfo: { trxAmt: '2.22' } });
  });

  it.each(['', 'null', '[]', '{}', '{"msgInfo":{"msgID":"x"}}'])('is not %j', (text) => {
    expect(readQrc(Buffer.from(text))).toBeUndefined();
  });

  it('has no id with a control character, and no text with a NUL', () => {
    expect(readQrc(writeQrc({ ...HEAD, msgID: `${HEAD.msgID}\0` }, {}))).toBeUndefined();
    const { trxInfo } = readQrc(writeQrc(HEAD, { origMsgID: 'A\0', note: 'two\nlines' }))!;
    expect(textOf(trxInfo, 'origMsgID')).toBeUndefined();
    expect(textOf(trxInfo, 'note')).toBe('two\nlines');
  });

  it('is an answer only with a response code and HTTP 200', () => {
    const answered = (status: number, bytes: Buffer) =>
      readQrcAnswer({ kind: 'answered', status, headers: {}, bytes });
    const bytes = writeQrc(HEAD, {}, { responseCode: '00', responseMsg: 'Approved' });
    expect(answered(200, bytes)).toMatchObject({ msgResponse: { responseCode: '00' } });
    expect(answered(500, bytes)).toMatchObject({ kind: 'ambiguous' });
    expect(answered(200, writeQrc(HEAD, {}))).toMatchObject({ kind: 'ambiguous' });
    expect(readQrcAnswer({ kind: 'not_sent', because: 'x' })).toEqual({ kind: 'not_sent', because: 'x' });
  });
});

describe('an amount', () => {
  it.each<[string, bigint, string, string]>([
    ['HKD', 222n, '2.22', '344'],
    ['KHR', 400_000n, '4000', '116'],
    ['JPY', 498n, '498', '392'],
    ['USD', 937n, '9.37', '840'],
  ])('of %s is decimal text in major units', (code, minor, text, numeric) => {
    expect(writeQrcAmount(amount(code, minor))).toEqual({ amount: text, numeric });
    expect(readQrcAmount(text, numeric)).toEqual({ currency: code, minor: minor.toString() });
  });

  it('is read with fewer decimals, and not at all in another form', () => {
    expect(readQrcAmount('1', '156')).toEqual({ currency: 'CNY', minor: '100' });
    for (const text of ['', '-1', '1e2', '1,00', '1.001']) expect(readQrcAmount(text, '156')).toBeUndefined();
    expect(readQrcAmount('1', '999')).toBeUndefined();
    expect(readQrcAmount('1', undefined)).toBeUndefined();
  });
});

it('says what is paid, taken off, charged and settled', () => {
  const fields = {
    trxAmt: '9.37',
    trxCurrency: '344',
    originalAmount: '10.00',
    billAmt: '8.50',
    billCurrency: '156',
    settAmt: '1.20',
    settCurrency: '840',
    settConvRate: '0.1278459',
  };
  expect(termsOf(fields)).toEqual({
    orderAmount: { currency: 'HKD', minor: '1000' },
    discountAmount: { currency: 'HKD', minor: '63' },
    billingAmount: { currency: 'CNY', minor: '850' },
    settlementAmount: { currency: 'USD', minor: '120' },
    settlementRate: { unitCurrency: 'HKD', quotedCurrency: 'USD', rate: '0.1278459' },
  });
  expect(termsOf({})).toBeUndefined();
});
