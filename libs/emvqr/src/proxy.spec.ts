import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { luhnFits, maskCard, normaliseProxy, proxyTypes, thaiIdFits, type ProxyNetwork } from './index.js';

describe('proxies', () => {
  it.each<[ProxyNetwork, string, string, string]>([
    ['BAKONG', 'bakong', '  Dara@Angkor ', 'dara@angkor'],
    ['BAKONG', 'MBNO', '012 345 678', '85512345678'],
    ['BAKONG', 'MBNO', '+855 12 345 678', '85512345678'],
    ['PROMPTPAY', 'MBNO', '081-234-5678', '0066812345678'],
    ['PROMPTPAY', 'MBNO', '+66812345678', '0066812345678'],
    ['PROMPTPAY', 'MBNO', '0066812345678', '0066812345678'],
    ['PROMPTPAY', 'NIDN', '0105561234567', '0105561234567'],
    ['PROMPTPAY', 'BIID', '010500000000015', '010500000000015'],
    ['PROMPTPAY', 'BBAN', '004 123-456-7890', '0041234567890'],
    ['VIETQR', 'BBAN', '0023 abc', '0023ABC'],
    ['LAOQR', 'LAOQR', 'aBc-1', 'aBc-1'],
    ['UNIONPAY', 'MERCHANT', 'M1', 'M1             '],
    ['PAYNOW', 'MBNO', '9123 4567', '+6591234567'],
    ['PAYNOW', 'UEN', '201912345c', '201912345C'],
    ['DUITNOW', 'MBNO', '012-345 6789', '60123456789'],
    ['EKASH', 'MBNO', '0781234567', '250781234567'],
    ['FIJI', 'MBNO', '701 2345', '6797012345'],
    ['SOLOMON', 'MBNO', '+677 7412345', '6777412345'],
  ])('%s %s %s', (network, type, text, value) => {
    expect(normaliseProxy(network, type, text)).toEqual({ kind: 'proxy', network, type, value });
  });

  it.each<[ProxyNetwork, string, string]>([
    ['BAKONG', 'bakong', 'dara'],
    ['BAKONG', 'bakong', 'dara@angkor@mekong'],
    ['PROMPTPAY', 'MBNO', '0812345'],
    ['PROMPTPAY', 'NIDN', '1101700230700'],
    ['VIETQR', 'CARD', '9704030000000000'],
    ['LAOQR', 'LAOQR', ' aBc'],
    ['JPQR', 'JPQR', '123'],
    ['PAYNOW', 'VPA', 'x'],
    ['PAYNOW', 'constructor', 'x'],
  ])('refuses %s %s %s and says what it must be', (network, type, text) => {
    expect(normaliseProxy(network, type, text)).toMatchObject({
      kind: 'refused',
      detail: expect.stringMatching(/\.$/),
    });
  });

  it('changes nothing that is in form already', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<ProxyNetwork>('BAKONG', 'PROMPTPAY', 'VIETQR', 'PAYNOW', 'DUITNOW', 'EKASH', 'FIJI'),
        fc.string({ maxLength: 40 }),
        (network, text) => {
          for (const type of proxyTypes(network)) {
            const once = normaliseProxy(network, type, text);
            if (once.kind === 'proxy') expect(normaliseProxy(network, type, once.value)).toEqual(once);
          }
        },
      ),
    );
  });

  it('checks the digits that ids and cards carry', () => {
    expect(thaiIdFits('1234567890121')).toBe(true);
    expect(thaiIdFits('1234567890122')).toBe(false);
    expect(luhnFits('4111111111111111')).toBe(true);
    expect(luhnFits('4111111111111112')).toBe(false);
    expect(maskCard('6292610358444335641')).toBe('629261*********5641');
  });
});
