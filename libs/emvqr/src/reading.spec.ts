import { describe, expect, it } from '@jest/globals';
import { payable, readQr, type QrRead } from './index.js';
import { withCheckSum } from './write.js';

const NOW = 1_790_000_000_000;
const o = (tag: string, ...parts: string[]): string => {
  const value = parts.join('');
  return `${tag}${[...value].length.toString().padStart(2, '0')}${value}`;
};
const code = (...objects: string[]): string => withCheckSum(`000201${objects.join('')}`);
const read = (text: string): QrRead => {
  const reading = readQr(text, NOW);
  if (reading.kind === 'refused') throw new Error(`${reading.outcome} ${reading.detail}`);
  return reading;
};

const KH = [o('52', '5999'), o('53', '116'), o('58', 'KH'), o('59', 'Dara'), o('60', 'Kampot')];
const DARA = o('29', o('00', 'dara@angkor'));
const vietnam = (service: string, inner = o('00', '970422') + o('01', '0123456789')): string =>
  code(o('38', o('00', 'A000000727'), o('01', inner), o('02', service)), o('53', '704'), o('58', 'VN'));
const LAO_QR = (iin: string | undefined, ...expiry: string[]): string =>
  o(
    '38',
    o('00', 'A005266284662577'),
    ...(iin === undefined ? [] : [o('01', iin)]),
    o('02', '002'),
    o('03', 'aBcD-1'),
    ...expiry.map((text) => o('04', text)),
  );
const UNIONPAY = o('15', '2771041800520446LAOM00000000001');
const lao = (...accounts: string[]): string => code(...accounts, o('53', '418'), o('58', 'LA'));
const times = (expiresAtMs: number): string =>
  o('99', o('00', String(NOW - 1000)), o('01', String(expiresAtMs)));

describe('KHQR', () => {
  it('finds the Bakong account and which kind it is', () => {
    expect(read(code(DARA, ...KH))).toMatchObject({
      scheme: 'KHQR',
      currency: 'KHR',
      payeeName: 'Dara',
      expired: false,
      findings: [],
      account: { accountType: 'bakong', account: 'dara@angkor', variant: 'individual' },
    });
    const remittance = o('29', o('00', 'settlement@angkor'), o('01', '001234'), o('02', 'Angkor'));
    expect(read(code(remittance, ...KH)).account).toMatchObject({
      variant: 'remittance',
      fields: { accountInformation: '001234', acquiringBank: 'Angkor' },
    });
    const merchant = o('30', o('00', 'settlement@angkor'), o('01', 'M7'), o('05', 'kept'));
    expect(read(code(merchant, ...KH)).account).toMatchObject({
      variant: 'merchant',
      subTags: { '05': 'kept' },
    });
  });

  it('is chosen before the cards and the UnionPay account beside it', () => {
    const text = code(o('02', '4000000000000002'), o('15', '1974011600520446ANGK00000000001'), DARA, ...KH);
    expect(read(text).accounts.map(({ scheme }) => scheme)).toEqual(['VISA', 'UNIONPAY', 'KHQR']);
    expect(read(text).scheme).toBe('KHQR');
    expect(read(text).accounts[1]!.fields).toEqual({
      acquirerIin: '19740116',
      forwardingIin: '00520446',
      merchantId: 'ANGK00000000001',
    });
  });

  it('is expired, not invalid, from the millisecond of its expiry', () => {
    const at = (expiry: number): QrRead =>
      read(code(o('01', '12'), o('54', '5000'), DARA, ...KH, times(expiry)));
    expect(at(NOW)).toMatchObject({
      expired: true,
      expiresAtMs: NOW,
      findings: [{ outcome: 'KHQR_EXPIRED' }],
    });
    expect(at(NOW + 1)).toMatchObject({ expired: false, amount: '5000', findings: [] });
  });

  it('takes tag 99 for times only when they are 13 digits', () => {
    const text = code(DARA, ...KH, o('99', o('00', '39CA026411FDA'), o('01', 'private')));
    expect(read(text)).toMatchObject({ expired: false });
    expect(read(text).expiresAtMs).toBeUndefined();
  });

  it('reads an amount of zero as none and one in another style as a plain decimal', () => {
    expect(read(code(DARA, ...KH, o('54', '0'))).amount).toBeUndefined();
    expect(read(code(DARA, ...KH, o('54', '5000.'))).amount).toBe('5000');
    expect(read(code(DARA, ...KH, o('54', '5000.0')))).toMatchObject({ amount: '5000.0' });
  });

  it.each([
    ['half a riel', [DARA, ...KH, o('54', '5000.5')], 'AMOUNT_DECIMALS'],
    ['a sign', [DARA, ...KH, o('54', '-5000')], 'TRANSACTION_AMOUNT_INVALID'],
    ['a grouped amount', [DARA, ...KH, o('54', '5,000')], 'TRANSACTION_AMOUNT_INVALID'],
    ['a dynamic code without amount', [o('01', '12'), DARA, ...KH], 'INVALID_DYNAMIC_KHQR'],
    ['another point of initiation', [o('01', '13'), DARA, ...KH], 'POINT_OF_INITIATION_METHOD_INVALID'],
    ['baht', [DARA, o('53', '764'), o('58', 'KH')], 'UNSUPPORTED_CURRENCY'],
    ['an account id without bank', [o('29', o('00', 'dara')), ...KH], 'BAKONG_ACCOUNT_ID_INVALID'],
    ['no account', KH, 'NO_MERCHANT_ACCOUNT'],
  ])('refuses %s', (_name, objects, outcome) => {
    expect(readQr(code(...objects), NOW)).toMatchObject({ kind: 'refused', outcome });
  });

  it('only remarks on what does not hinder the payment', () => {
    const text = code(DARA, o('52', 'SHOP'), o('53', '840'), o('58', 'KH'), o('54', '2.50'), o('15', '123'));
    expect(read(text).findings.map(({ outcome }) => outcome)).toEqual([
      'INVALID_MERCHANT_CATEGORY_CODE',
      'MERCHANT_NAME_REQUIRED',
      'MERCHANT_CITY_TAG_REQUIRED',
      'EXPIRATION_TIMESTAMP_REQUIRED',
      'UPI_ACCOUNT_INFORMATION_LENGTH_INVALID',
      'UPI_ACCOUNT_INFORMATION_INVALID_CURRENCY',
    ]);
  });
});

describe('other schemes', () => {
  const TH = [o('53', '764'), o('58', 'TH')];
  const thai = (tag: string, aid: string, ...fields: string[]): string => o(tag, o('00', aid), ...fields);
  it.each([
    ['01', '0066812345678', 'MBNO'],
    ['02', '0105561234567', 'NIDN'],
    ['03', '004999812345678', 'EWLT'],
    ['04', '0041234567890', 'BBAN'],
  ])('reads the Thai proxy in sub-tag %s', (tag, account, accountType) => {
    expect(read(code(thai('29', 'A000000677010111', o(tag, account)), ...TH))).toMatchObject({
      scheme: 'THAI_CREDIT_TRANSFER',
      account: { account, accountType },
    });
  });

  it('reads a Thai bill payment and tells cross-border from domestic', () => {
    const bill = (aid: string): string =>
      thai('30', aid, o('01', '010500000000015'), o('02', 'TABLE7'), o('03', 'INV1'));
    const account = {
      accountType: 'BIID',
      account: '010500000000015',
      fields: { reference1: 'TABLE7', reference2: 'INV1' },
    };
    expect(read(code(bill('A000000677012006'), ...TH)).account).toMatchObject({
      ...account,
      variant: 'cross_border',
    });
    expect(read(code(bill('A000000677010112'), ...TH)).account).toMatchObject({
      ...account,
      variant: 'domestic',
    });
    const both = code(thai('31', 'A000000677010113', o('01', '7')), bill('A000000677010112'), ...TH);
    expect(read(both).scheme).toBe('THAI_BILL_PAYMENT');
  });

  it('refuses a Thai mobile number that is none', () => {
    const text = code(thai('29', 'A000000677010111', o('01', '0812345678')), ...TH);
    expect(readQr(text, NOW)).toMatchObject({ kind: 'refused', outcome: 'ACCOUNT_INVALID' });
  });

  it('reads VietQR accounts and cards, refuses cash and an unbalanced inner template', () => {
    expect(read(vietnam('QRIBFTTA')).account).toMatchObject({
      accountType: 'BBAN',
      account: '9704220123456789',
      fields: { acquirerBin: '970422', consumerId: '0123456789' },
    });
    const card = (number: string) => vietnam('QRIBFTTC', o('00', '970403') + o('01', number));
    expect(read(card('9704031101234560')).account).toMatchObject({ accountType: 'CARD' });
    expect(read(vietnam('QRPUSH')).account).toMatchObject({ accountType: 'MERCHANT' });
    for (const number of ['9704031101234567', '970403110123'])
      expect(readQr(card(number), NOW)).toMatchObject({
        outcome: 'ACCOUNT_INVALID',
        detail: 'The consumer id (tag 38) is not a card number of 16 to 19 digits.',
      });
    for (const service of ['QRCASH', 'QRIBFTTX'])
      expect(readQr(vietnam(service), NOW)).toMatchObject({ outcome: 'SERVICE_NOT_SUPPORTED' });
    expect(read(vietnam('QRIBFTTA', o('00', '546034') + o('01', '0123456789'))).account).toMatchObject({
      account: '5460340123456789',
    });
    for (const bin of ['97042', '97042A', '9704220'])
      expect(readQr(vietnam('QRIBFTTA', o('00', bin) + o('01', '0123456789')), NOW)).toMatchObject({
        outcome: 'INSTITUTION_INVALID',
      });
    expect(readQr(vietnam('QRIBFTTA', '0006970422011201234567890'), NOW)).toMatchObject({
      outcome: 'ACCOUNT_UNREADABLE',
    });
  });

  it('decides by country and id, not by tag', () => {
    expect(read(lao(LAO_QR('70140418')))).toMatchObject({
      scheme: 'LAOQR',
      account: { account: '70140418aBcD-1', accountType: 'LAOQR' },
    });
    expect(readQr(code(o('29', o('00', 'dara@angkor')), o('53', '840'), o('58', 'US')), NOW)).toMatchObject({
      kind: 'refused',
      outcome: 'SERVICE_NOT_SUPPORTED',
    });
  });

  it.each([
    ['no institution', undefined, 'LAOQR requires the iin (tag 38/01)'],
    ['a short one', '2771418', 'The iin (tag 38/01) has a length of 7; 8 are allowed'],
    ['one of another country', '27710116', 'is not an institution number of 8 digits ending in 0418'],
  ])('refuses a LAO QR code with %s', (_, iin, detail) => {
    const text = lao(LAO_QR(iin));
    expect(readQr(text, NOW)).toMatchObject({ kind: 'refused', outcome: 'INSTITUTION_INVALID' });
    expect(readQr(text, NOW)).toHaveProperty('detail', expect.stringContaining(detail));
    expect(payable(readQr(text, NOW))).toMatchObject({ kind: 'unpaid', reason: 'qr_unreadable' });
  });

  it('expires LAO QR by its sub-tag 04, if it holds a time', () => {
    const at = (text: string) => read(lao(LAO_QR('70140418', text)));
    expect(at(String(NOW))).toMatchObject({ expired: true, expiresAtMs: NOW });
    expect(payable(at(String(NOW)))).toMatchObject({ kind: 'unpaid', reason: 'qr_expired' });
    expect(at(String(NOW + 1))).toMatchObject({ expired: false, expiresAtMs: NOW + 1 });
    expect(at('0').expiresAtMs).toBeUndefined();
  });

  it('expires PayNow by local time', () => {
    const paynow = o(
      '26',
      o('00', 'sg.paynow'),
      o('01', '2'),
      o('02', '201912345C'),
      o('03', '0'),
      o('04', '20260921'),
    );
    const reading = read(code(paynow, o('53', '702'), o('58', 'SG')));
    expect(reading).toMatchObject({
      scheme: 'PAYNOW',
      account: { accountType: 'UEN' },
      expiresAtMs: Date.parse('2026-09-21T23:59:59+08:00'),
    });
  });

  it('takes DuitNow with its own format indicator', () => {
    const duitnow = o('26', o('00', 'A0000006150001'), o('01', '501664'), o('02', '123456789'));
    expect(read(withCheckSum(`000202${duitnow}${o('53', '458')}${o('58', 'MY')}`)).scheme).toBe('DUITNOW');
  });

  it.each([
    ['UNIONPAY_URL', 'URL', 'https://qr.95516.com/00010000/62212201234567890'],
    ['ALIPAYPLUS', 'CODE_VALUE', 'https://global.alipay.com/2810020400949jph9gDWC1kpeZ1jBICv4qqu'],
    ['ALIPAYPLUS', 'CODE_VALUE', 'https://qr.alipayplus.com/m?id=A%2F1'],
  ])('keeps an address of %s as it is for its network to resolve', (scheme, accountType, account) => {
    expect(read(account)).toMatchObject({ scheme, text: account, account: { accountType, account } });
  });

  it.each([
    'http://qr.95516.com/00010000/62212201234567890',
    'https://qr.95516.com/0001/62212201234567890',
    'https://qr.95516.com.evil.example/00010000/62',
    'https://alipayplus.com.evil.example/1',
    `https://global.alipay.com/${'1'.repeat(500)}`,
  ])('takes %s for no code', (text) => {
    expect(readQr(text, NOW)).toMatchObject({ kind: 'refused' });
  });

  it('names additional data and keeps unknown sub-tags', () => {
    const extras = o('62', o('00', 'ph.ppmi.qrph'), o('05', 'REF'), o('10', 'TAX'), o('50', 'own'));
    expect(read(code(DARA, ...KH, extras)).additional).toEqual({
      '00': 'ph.ppmi.qrph',
      referenceLabel: 'REF',
      merchantTaxId: 'TAX',
      '50': 'own',
    });
  });
});

describe('a code that several networks can pay', () => {
  const both = lao(UNIONPAY, LAO_QR('70140418', String(NOW + 5)));

  it('is read for the one that asks, and as the best of all for one that pays none of it', () => {
    expect(readQr(both, NOW, ['UNIONPAY', 'UNIONPAY_URL'])).toMatchObject({
      scheme: 'UNIONPAY',
      account: { fields: { acquirerIin: '27710418', merchantId: 'LAOM00000000001' } },
      expiresAtMs: NOW + 5,
    });
    expect(readQr(both, NOW, ['LAOQR'])).toMatchObject({ scheme: 'LAOQR' });
    expect(readQr(both, NOW, ['PIX'])).toMatchObject({ scheme: 'LAOQR' });
  });

  it('is expired for all of them, and unusable for the one alone that cannot use it', () => {
    expect(readQr(both, NOW + 5, ['UNIONPAY'])).toMatchObject({ expired: true });
    const withoutBank = lao(UNIONPAY, LAO_QR('1'));
    expect(readQr(withoutBank, NOW, ['LAOQR'])).toMatchObject({ outcome: 'INSTITUTION_INVALID' });
    expect(readQr(withoutBank, NOW, ['UNIONPAY'])).toMatchObject({ kind: 'read', scheme: 'UNIONPAY' });
    expect(readQr(lao(o('15', '0110555')), NOW)).toMatchObject({ outcome: 'ACCOUNT_UNREADABLE' });
  });

  it('is not paid through UnionPay when it is a KHQR code in dollars', () => {
    const text = code(UNIONPAY, DARA, o('52', '5999'), o('53', '840'), o('58', 'KH'));
    expect(readQr(text, NOW, ['KHQR'])).toMatchObject({ kind: 'read' });
    expect(readQr(text, NOW, ['UNIONPAY'])).toMatchObject({ outcome: 'UNSUPPORTED_CURRENCY' });
  });
});

describe('payable', () => {
  const dynamic = [o('01', '12'), o('54', '5000'), DARA, ...KH];
  const good = code(...dynamic, times(NOW + 1));
  const vnpay = o('26', o('00', 'A000000775'), o('01', '0100200300'));

  it.each([
    ['one that was changed', good.replace('Kampot', 'Kampos'), 'qr_tampered', 'CRC_MISMATCH'],
    ['one with two payees', code(DARA, DARA, ...KH), 'qr_tampered', 'DUPLICATE_TAG'],
    ['a cut one', good.slice(0, 40), 'qr_unreadable', 'TLV_TRUNCATED'],
    ['an expired one', code(...dynamic, times(NOW)), 'qr_expired', 'KHQR_EXPIRED'],
    ['a way to draw cash', vietnam('QRCASH'), 'qr_not_served', 'SERVICE_NOT_SUPPORTED'],
    ['a private scheme', code(vnpay, o('53', '704'), o('58', 'VN')), 'qr_not_served', 'SCHEME_NOT_ROUTABLE'],
  ])('refuses %s', (_, text, reason, outcome) => {
    expect(payable(readQr(text, NOW))).toEqual({
      kind: 'unpaid',
      reason,
      detail: expect.stringMatching(`^${outcome} at character \\d+: .+\\.$`),
    });
  });

  it('hands on what may be paid, with what is merely untidy', () => {
    const untidy = readQr(code(o('54', '5000.0'), DARA, ...KH), NOW);
    expect(untidy).toMatchObject({
      findings: [{ outcome: 'AMOUNT_STYLE' }, { outcome: 'EXPIRATION_TIMESTAMP_REQUIRED' }],
    });
    expect(payable(untidy)).toBe(untidy);
  });
});
