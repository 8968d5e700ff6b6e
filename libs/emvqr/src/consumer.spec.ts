import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { isConsumerCode, readConsumerCode, writeConsumerCode, type BerObject } from './index.js';

const application: BerObject = {
  tag: '61',
  objects: [
    { tag: '4F', value: 'A000000333010101' },
    { tag: '57', value: '6200000000000000005D30122010000000000F' },
    {
      tag: '63',
      objects: [
        { tag: '9F26', value: '0011223344556677' },
        { tag: '9F10', value: '07'.repeat(100) },
      ],
    },
  ],
};
const indicator: BerObject = { tag: '85', value: Buffer.from('CPV01').toString('hex').toUpperCase() };
const CODE = writeConsumerCode([indicator, application]);
const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

describe('codes that a payer shows', () => {
  it('reads application and token', () => {
    expect(isConsumerCode(CODE)).toBe(true);
    expect(readConsumerCode(CODE)).toMatchObject({
      kind: 'consumer',
      form: 'emv-cpm',
      scheme: 'UNIONPAY',
      applicationId: 'A000000333010101',
      account: '6200000000000000005',
    });
  });

  it('reads a code without its padding', () => {
    expect(readConsumerCode(CODE.replace(/=+$/, ''))).toEqual(readConsumerCode(CODE));
  });

  it('reads a UnionPay barcode', () => {
    expect(readConsumerCode('6212345678901234567')).toMatchObject({
      form: 'barcode',
      scheme: 'UNIONPAY',
      account: '6212345678901234567',
    });
    expect(isConsumerCode('5212345678901234567')).toBe(false);
  });

  it.each([
    ['an empty text', '', 'NOT_BASE64'],
    ['an address', 'https://qr.example/1', 'NOT_BASE64'],
    ['a cut code', base64('8505435056'), 'TLV_TRUNCATED'],
    ['a tag without end', base64('9F'), 'TLV_TRUNCATED'],
    ['a length without end', base64('8582'), 'TLV_TRUNCATED'],
    ['an endless length', base64('8580'), 'TLV_TRUNCATED'],
    ['another first tag', writeConsumerCode([application]), 'FIRST_TAG_NOT_85'],
    ['no application', writeConsumerCode([indicator]), 'APPLICATION_MISSING'],
    [
      'a well of templates',
      base64('6112611061 0E610C610A6108610661046102 6100'.replaceAll(' ', '')),
      'TOO_DEEP',
    ],
  ])('refuses %s', (_name, text, outcome) => {
    expect(readConsumerCode(text)).toMatchObject({ kind: 'refused', outcome });
  });

  it('reads what it writes', () => {
    const primitive = fc.record({
      tag: fc.constantFrom('4F', '50', '5F20', '9F8107'),
      value: fc
        .uint8Array({ maxLength: 300 })
        .map((bytes) => Buffer.from(bytes).toString('hex').toUpperCase()),
    });
    fc.assert(
      fc.property(fc.array(primitive, { maxLength: 6 }), (objects) => {
        const all = [indicator, { tag: '61', objects }];
        expect(readConsumerCode(writeConsumerCode(all))).toMatchObject({ kind: 'consumer', objects: all });
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(['consumer', 'refused']).toContain(
          readConsumerCode(Buffer.from(bytes).toString('base64')).kind,
        );
      }),
    );
  });
});
