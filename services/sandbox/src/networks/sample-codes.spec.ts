import { readQr } from '@tonle/emvqr';
import { describe, expect, it } from '@jest/globals';
import { PayeeRules } from './iso20022/payees.js';
import { schemeOf, type IsoNetworkName } from './iso20022/scheme.js';
import {
  khqrRequest,
  makeKhqr,
  makeNationalCode,
  makeThaiQr,
  nationalRequest,
  thaiRequest,
} from './sample-codes.js';

const NOW = 1_795_000_000_000;
const khqr = (over: object) => makeKhqr(khqrRequest.parse({ account: 'shop00001@mekong', ...over }), NOW);
const thai = (over: object) => makeThaiQr(thaiRequest.parse(over), new PayeeRules(schemeOf('thailand')), NOW);
const national = (network: IsoNetworkName, over: object) => {
  const scheme = schemeOf(network);
  return makeNationalCode(nationalRequest.parse(over), scheme, new PayeeRules(scheme), NOW);
};
const read = (sample: ReturnType<typeof khqr>) => {
  if (sample.kind !== 'made') throw new Error(sample.because);
  return readQr(sample.qrText, NOW);
};

describe('sample codes', () => {
  it('are static without and dynamic with an amount', () => {
    expect(read(khqr({}))).toMatchObject({
      kind: 'read',
      scheme: 'KHQR',
      initiation: 'static',
      expired: false,
      account: { account: 'shop00001@mekong' },
    });
    expect(read(khqr({ amount: '41000' }))).toMatchObject({
      initiation: 'dynamic',
      amount: '41000',
      currency: 'KHR',
      expiresAtMs: NOW + 600_000,
    });
    expect(read(khqr({ amount: '12.50', currency: 'USD', account: 'usd00001@angkor' }))).toMatchObject({
      currency: 'USD',
      amount: '12.50',
    });
    expect(read(thai({ billerId: '010555600000101', amount: '820.00' }))).toMatchObject({
      country: 'TH',
      amount: '820.00',
      account: {
        account: '010555600000101',
        accountType: 'BIID',
        fields: { reference1: 'SHOP1', reference2: `EXP${NOW + 600_000}` },
      },
    });
    expect(read(thai({ mobile: '081-234-5678' }))).toMatchObject({
      initiation: 'static',
      account: { account: '0066812345678', accountType: 'MBNO' },
    });
  });

  it("are of a network's own payee and scheme, or of the fields that are asked for", () => {
    expect(read(national('laos', { amount: '250000' }))).toMatchObject({
      scheme: 'LAOQR',
      country: 'LA',
      currency: 'LAK',
      amount: '250000',
      payeeName: 'Talat Sao Stall 123',
      account: { account: '27710418SHOP00000123', accountType: 'LAOQR' },
    });
    expect(read(national('laos', { fields: { receiverId: 'I90BYP17BC295VZ' }, name: 'Noy' }))).toMatchObject({
      initiation: 'static',
      payeeName: 'Noy',
      account: { account: '27710418I90BYP17BC295VZ' },
    });
    expect(read(national('thailand', { amount: '820.00' }))).toMatchObject({
      scheme: 'THAI_BILL_PAYMENT',
      account: { account: '010500000000123', fields: { reference2: `EXP${NOW + 600_000}` } },
    });
    expect(read(national('laos', { expired: true }))).toMatchObject({ expired: true });
    // Seven digits are no institution.
    expect(national('laos', { fields: { iin: '2771418' } })).toMatchObject({ kind: 'refused' });
    expect(national('laos', { amount: '1.5' })).toMatchObject({ kind: 'refused' });
  });

  it('are expired on request', () => {
    expect(read(khqr({ amount: '41000', expired: true }))).toMatchObject({ kind: 'read', expired: true });
    expect(thai({ mobile: '0812345678', expired: true }).kind).toBe('refused');
  });

  it('refuse what cannot be a code', () => {
    expect(khqr({ amount: '1.50' }).kind).toBe('refused');
    expect(thaiRequest.safeParse({}).success).toBe(false);
    expect(thaiRequest.safeParse({ billerId: '010555600000101', mobile: '0812345678' }).success).toBe(false);
  });
});
