import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { findCurrency } from '@tonle/money';
import {
  khqrMd5,
  mergeUnionPay,
  readQr,
  SCHEMES,
  writeKhqr,
  writeQr,
  writeThaiQr,
  type KhqrContent,
  type QrContent,
} from './index.js';
import type { Scheme, SchemeField } from './scheme.js';

const NOW = 1_790_000_000_000;
const shop: KhqrContent = {
  bakongAccountId: 'shop00001@mekong',
  merchantId: 'M1',
  currency: 'KHR',
  payeeName: 'Kampot Pepper',
};
const written = (result: ReturnType<typeof writeQr>): string => {
  if (result.kind === 'refused') throw new Error(`${result.outcome} ${result.detail}`);
  return result.text;
};

describe('writing KHQR', () => {
  it('writes tags in order, lengths in characters, defaults where nothing is given', () => {
    const text = written(writeKhqr({ ...shop, payeeName: 'ម្រេចកំពត' }));
    expect(text).toMatch(
      /^00020101021130260016shop00001@mekong0102M15204599953031165802KH5909ម្រេចកំពត6010Phnom Penh6304[0-9A-F]{4}$/,
    );
  });

  it('is strict: an amount needs an expiry, riel are whole, names have an end', () => {
    expect(writeKhqr({ ...shop, amount: '5000' })).toMatchObject({
      outcome: 'EXPIRATION_TIMESTAMP_REQUIRED',
    });
    const expiring = { ...shop, createdAtMs: NOW, expiresAtMs: NOW + 600_000 };
    expect(writeKhqr({ ...expiring, amount: '5000' }).kind).toBe('written');
    expect(writeKhqr({ ...expiring, amount: '5000.50' })).toMatchObject({ outcome: 'AMOUNT_DECIMALS' });
    expect(writeKhqr({ ...expiring, amount: '5000.00' })).toMatchObject({ outcome: 'AMOUNT_STYLE' });
    expect(writeKhqr({ ...shop, payeeName: 'x'.repeat(26) })).toMatchObject({
      outcome: 'MERCHANT_NAME_LENGTH_INVALID',
    });
    expect(writeKhqr({ ...shop, payeeName: 'x'.repeat(100) })).toMatchObject({ outcome: 'FIELD_INVALID' });
    expect(writeKhqr({ ...shop, bakongAccountId: 'shop' })).toMatchObject({
      outcome: 'BAKONG_ACCOUNT_ID_INVALID',
    });
    expect(() => writeQr({ scheme: 'KHQR', fields: { nonsense: '1' }, currency: 'KHR' })).toThrow(RangeError);
  });

  it('adds a UnionPay account and leaves every other byte in its place', () => {
    const text = written(writeKhqr(shop));
    const account = '1974011600520446MEKO00000000001';
    const merged = written(mergeUnionPay(text, account));
    expect(merged.slice(0, -4).replace(`1531${account}`, '')).toBe(text.slice(0, -4));
    expect(readQr(merged, NOW)).toMatchObject({
      scheme: 'KHQR',
      accounts: [{ scheme: 'UNIONPAY' }, { scheme: 'KHQR' }],
    });
    expect(khqrMd5(merged)).not.toBe(khqrMd5(text));
    expect(mergeUnionPay(merged, account)).toMatchObject({ outcome: 'DUPLICATE_TAG' });
    expect(mergeUnionPay(text, '123')).toMatchObject({ outcome: 'UPI_ACCOUNT_INFORMATION_LENGTH_INVALID' });
    const dollars = written(writeKhqr({ ...shop, currency: 'USD' }));
    expect(mergeUnionPay(dollars, account)).toMatchObject({
      outcome: 'UPI_ACCOUNT_INFORMATION_INVALID_CURRENCY',
    });
    const thai = written(writeThaiQr({ proxyType: 'MBNO', proxy: '0812345678' }));
    expect(mergeUnionPay(thai, account)).toMatchObject({ outcome: 'ACCOUNT_INVALID' });
  });

  it('makes the lookup key from the exact text', () => {
    expect(khqrMd5('123456789')).toBe('25f9e794323b453885f5181f1b624d0b');
    // RFC 1321, A.5: capitals stay capitals.
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    expect(khqrMd5(letters)).toBe('d174ab98d277d9f5a5611c2c9f419d9f');
  });
});

describe('writing Thai codes', () => {
  it('brings proxies into form and amounts to two decimals', () => {
    const text = written(writeThaiQr({ proxyType: 'MBNO', proxy: '+66 81 234 5678', amount: '820' }));
    expect(readQr(text, NOW)).toMatchObject({
      account: { account: '0066812345678' },
      amount: '820.00',
      initiation: 'dynamic',
    });
    expect(writeThaiQr({ proxyType: 'MBNO', proxy: '12' })).toMatchObject({ outcome: 'ACCOUNT_INVALID' });
    expect(writeThaiQr({ billerId: '010500000000001', reference1: 'A', amount: '1.234' })).toMatchObject({
      outcome: 'AMOUNT_DECIMALS',
    });
  });
});

describe('writing UnionPay codes', () => {
  const content: QrContent = {
    scheme: 'UNIONPAY',
    fields: { acquirerIin: '47980344', forwardingIin: '00020344', merchantId: 'M1' },
    country: 'HK',
    currency: 'HKD',
    payeeName: 'Harbour Noodles',
    payeeCity: 'Hong Kong',
    merchantCategory: '5812',
  };

  it('joins the parts of the account, the merchant id filled up with blanks', () => {
    expect(readQr(written(writeQr(content)), NOW)).toMatchObject({
      scheme: 'UNIONPAY',
      country: 'HK',
      account: { value: '4798034400020344M1             ', fields: { merchantId: 'M1             ' } },
    });
  });

  it('refuses parts that are none', () => {
    const fields = { ...content.fields, acquirerIin: '4798' };
    expect(writeQr({ ...content, fields })).toMatchObject({ outcome: 'ACCOUNT_UNREADABLE' });
  });
});

describe('what is written is read', () => {
  const characters: Record<string, string> = { n: '0123456789', an: 'ABCxyz0189', ans: 'Ab 9-/@ភ្ញ中' };
  const ownForms: Readonly<Record<string, fc.Arbitrary<string>>> = {
    acquirerBin: fc.stringMatching(/^\d{6}$/),
    serviceCode: fc.constantFrom('QRIBFTTA', 'QRPUSH'),
    iin: fc.stringMatching(/^\d{4}0418$/),
    expiryMs: fc.constant(String(NOW + 1)),
  };
  const value = (name: string, { form, min, max, pattern }: SchemeField): fc.Arbitrary<string> => {
    const own = ownForms[name];
    if (own !== undefined) return own;
    if (name === 'bakongAccountId') return fc.stringMatching(/^[a-z]{1,10}@[a-z]{1,10}$/);
    if (name === 'expiry') return fc.constant('20270101000000');
    if (pattern !== undefined) return fc.stringMatching(pattern);
    return fc
      .string({ unit: fc.constantFrom(...characters[form]!), minLength: min, maxLength: Math.min(max, 30) })
      .filter((text) => text !== '');
  };
  const writable = SCHEMES.filter(
    (scheme) => Object.keys(scheme.fields).length > 0 && scheme.account.length > 0 && scheme.private !== true,
  );
  const content = (scheme: Scheme): fc.Arbitrary<QrContent> => {
    const fields = Object.entries(scheme.fields).filter(
      ([, { tag }]) => tag !== '00' || scheme.guids === undefined,
    );
    const shape = Object.fromEntries(fields.map(([name, rule]) => [name, value(name, rule)]));
    const needed = fields
      .filter(([name, { required }]) => required === true || scheme.account[0]!.fields.includes(name))
      .map(([name]) => name);
    const currency = scheme.currencies![0]!;
    const whole = findCurrency(currency)!.scale === 0 || currency === 'KHR' || currency === 'LAK';
    return fc
      .record(
        {
          scheme: fc.constant(scheme.id),
          variant: fc.constant(scheme.variant ?? ''),
          fields: fc.record(shape, { requiredKeys: needed }),
          currency: fc.constant(currency),
          amount: fc.bigInt(1n, 9_999_999n).map((n) => (whole ? `${n}` : `${n}.5${n % 10n}`)),
          payeeName: fc.string({ unit: fc.constantFrom(...characters['ans']!), minLength: 1, maxLength: 25 }),
          payeeCity: fc.constantFrom('Kampot', 'ភ្នំពេញ'),
          merchantCategory: fc.stringMatching(/^\d{4}$/),
          additional: fc.record({
            billNumber: fc.stringMatching(/^[A-Z0-9#]{1,25}$/),
            terminalLabel: fc.constant('T1'),
          }),
          alternate: fc.constant({ language: 'km', merchantName: 'ហាង' }),
          createdAtMs: fc.constant(NOW),
          expiresAtMs: fc.constant(NOW + 1),
        },
        {
          requiredKeys: [
            'scheme',
            'variant',
            'fields',
            'currency',
            'payeeName',
            'payeeCity',
            'merchantCategory',
            'createdAtMs',
            'expiresAtMs',
          ],
        },
      )
      .map(({ variant, ...rest }) => (variant === '' ? rest : { ...rest, variant }) as QrContent);
  };

  it.each(writable.map((scheme): [string, Scheme] => [`${scheme.id} ${scheme.variant ?? ''}`, scheme]))(
    '%s',
    (_name, scheme) => {
      fc.assert(
        fc.property(content(scheme), (given) => {
          const result = writeQr(given);
          // A template has 99 characters; a longer one is the only thing that may be refused here.
          fc.pre(!(result.kind === 'refused' && /longer than 99/.test(result.detail)));
          const reading = readQr(written(result), NOW);
          expect(reading).toMatchObject({
            kind: 'read',
            scheme: given.scheme,
            currency: given.currency,
            payeeName: given.payeeName,
            account: { fields: given.fields },
            findings: [],
            ...(given.amount !== undefined && { amount: given.amount }),
            payeeCity: given.payeeCity,
            additional: given.additional ?? {},
            alternate: given.alternate ?? {},
          });
        }),
        // Whoever refuses too much tests nothing.
        { numRuns: 60, maxSkipsPerRun: 3 },
      );
    },
  );
});
