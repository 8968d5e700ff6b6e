// Every data object of the EMV table is read, shown by name and written again equal.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeQr } from './decode.js';
import { nameObjects, readQr, type QrRead } from './reading.js';
import { objectName } from './tag-names.js';
import { writeObject } from './tlv.js';
import { withCheckSum, writeObjects } from './write.js';

const NOW = 1_790_000_000_000;
const o = (tag: string, ...values: string[]): string => writeObject(tag, values.join(''));
const MERCHANT = [
  o('29', o('00', 'dara@mekong')),
  o('52', '5999'),
  o('53', '116'),
  o('58', 'KH'),
  o('59', 'SHOP'),
];
const code = (...objects: string[]): string => withCheckSum([o('00', '01'), ...objects].join(''));
const shop = (...more: string[]): string => code(...MERCHANT, o('60', 'PHNOM PENH'), ...more);
const read = (text: string): QrRead => {
  const reading = readQr(text, NOW);
  if (reading.kind === 'refused') throw new Error(`${reading.outcome} ${reading.detail}`);
  return reading;
};
const outcomes = (text: string): string[] => read(text).findings.map(({ outcome }) => outcome);

describe('tips and fees', () => {
  it.each([
    [[o('55', '01')], { kind: 'asked' }],
    [[o('55', '02'), o('56', '500')], { kind: 'fixed', amount: '500' }],
    [[o('55', '03'), o('57', '5.5')], { kind: 'percentage', percent: '5.5' }],
    [[o('55', '03'), o('57', '100')], { kind: 'percentage', percent: '100' }],
  ])('%s', (objects, tip) => {
    expect(read(shop(...objects)).tip).toEqual(tip);
    expect(outcomes(shop(...objects))).toEqual([]);
  });

  it.each([
    [[o('55', '09')]],
    [[o('56', '500')]],
    [[o('55', '02')]],
    [[o('55', '02'), o('56', 'much')]],
    [[o('55', '02'), o('56', '500'), o('57', '5')]],
    [[o('55', '03'), o('57', '101')]],
    [[o('55', '03'), o('57', '0')]],
    [[o('55', '01'), o('56', '5')]],
  ])('%s is a finding', (objects) => expect(outcomes(shop(...objects))).toEqual(['TIP_INVALID']));
});

describe('what EMVCo asks of every code', () => {
  it('is told for every scheme, and hinders no payment', () => {
    const pix = code(
      o('26', o('00', 'br.gov.bcb.pix'), o('01', 'loja@example.com')),
      o('53', '986'),
      o('58', 'BR'),
    );
    expect(outcomes(pix)).toEqual([
      'MERCHANT_CATEGORY_TAG_REQUIRED',
      'MERCHANT_NAME_REQUIRED',
      'MERCHANT_CITY_TAG_REQUIRED',
    ]);
    expect(outcomes(shop(o('61', '12345678901')))).toEqual(['POSTAL_CODE_LENGTH_INVALID']);
    expect(outcomes(withCheckSum([o('00', '07'), ...MERCHANT, o('60', 'X')].join('')))).toEqual([
      'PAYLOAD_FORMAT_INVALID',
    ]);
  });

  it.each([
    ['SGQR alone', o('51', o('00', 'SG.SGQR'), o('01', '201912345678')), 'ACCOUNT_UNREADABLE'],
    ['Thai payment innovation', o('31', o('00', 'A000000677012004')), 'ACCOUNT_UNREADABLE'],
    ['an unknown scheme', o('40', o('00', 'com.example'), o('01', '1')), 'SERVICE_NOT_SUPPORTED'],
  ])('%s is not read: there is no account to pay', (_, account, outcome) => {
    expect(readQr(code(account, o('53', '702'), o('59', 'A'), o('60', 'B')), NOW)).toMatchObject({
      kind: 'refused',
      outcome,
    });
  });

  it('a Thai mobile proxy is 0066 and nine digits', () => {
    const thai = (mobile: string): string =>
      code(o('29', o('00', 'A000000677010111'), o('01', mobile)), o('53', '764'), o('58', 'TH'));
    expect(readQr(thai('0066812345678'), NOW)).toMatchObject({
      kind: 'read',
      account: { accountType: 'MBNO' },
    });
    expect(readQr(thai('0000812345678'), NOW)).toMatchObject({ outcome: 'ACCOUNT_INVALID' });
  });

  it('a code of Hong Kong FPS expires by its own time', () => {
    const fps = (time: string): string =>
      code(
        o('26', o('00', 'hk.com.hkicl'), o('02', '1234567'), o('05', time)),
        o('53', '344'),
        o('58', 'HK'),
      );
    expect(read(fps('20200101120000'))).toMatchObject({
      expired: true,
      expiresAtMs: Date.parse('2020-01-01T12:00:00+08:00'),
    });
    expect(read(fps('20990101120000')).expired).toBe(false);
  });

  it('three stars ask the payer and are no value', () => {
    const reading = read(shop(o('62', o('01', '***'), o('03', 'A1'), o('07', '***'))));
    expect(reading.additional).toEqual({ storeLabel: 'A1' });
    expect(reading.asked).toEqual(['billNumber', 'terminalLabel']);
  });
});

describe('data objects', () => {
  it('are all shown by name, also what is reserved, unreserved or inside of tag 62', () => {
    const text = shop(
      o('61', '12000'),
      o('62', o('01', 'B1'), o('50', o('00', 'com.example'), o('01', 'X'))),
      o('65', 'later'),
      o('80', o('00', 'com.example'), o('01', 'Y')),
    );
    const named = nameObjects(read(text).fields).map(({ path, name, value }) => `${path} ${name} ${value}`);
    expect(named).toEqual(
      expect.arrayContaining([
        '61 postalCode 12000',
        '62/01 billNumber B1',
        '62/50/00 globallyUniqueId com.example',
        '62/50/01 schemeData X',
        '65 reserved later',
        '80/01 schemeData Y',
      ]),
    );
    expect(read(text).postalCode).toBe('12000');
  });

  it('have a name whatever their tag is', () => {
    const two = (tag: number): string => String(tag).padStart(2, '0');
    for (let outer = 0; outer < 100; outer += 1) {
      expect(objectName(two(outer))).toMatch(/^[a-zA-Z]+$/);
      for (let inner = 0; inner < 100; inner += 1)
        expect(objectName(`${two(outer)}/${two(inner)}`)).toMatch(/^[a-zA-Z]+$/);
    }
  });

  it('are written again equal, whatever templates there are', () => {
    const text = fc.string({ unit: fc.constantFrom(...'aZ9 .*-ខไ😀'), minLength: 1, maxLength: 12 });
    const tags = (from: number, to: number) =>
      fc.integer({ min: from, max: to }).map((tag) => String(tag).padStart(2, '0'));
    const once = (pairs: fc.Arbitrary<[string, string]>, max: number) =>
      fc.uniqueArray(pairs, { selector: ([tag]) => tag, maxLength: max });
    const inner = once(fc.tuple(tags(0, 99), text), 3).map((list) =>
      list.map(([tag, value]) => o(tag, value)).join(''),
    );
    const outer = once(
      fc.tuple(
        tags(1, 99).filter((tag) => tag !== '63'),
        fc.oneof(text, inner),
      ),
      8,
    );
    fc.assert(
      fc.property(outer, (objects) => {
        const written = code(...objects.map(([tag, value]) => o(tag, value)));
        const decoded = decodeQr(written);
        // A random value may happen to be a template with one tag twice: that is refused.
        if (decoded.kind === 'refused') return decoded.outcome === 'DUPLICATE_TAG';
        return writeObjects(decoded.objects) === written;
      }),
      { numRuns: 1_000 },
    );
  });
});
