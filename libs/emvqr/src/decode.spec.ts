import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { crc16, decodeQr, valueAt } from './index.js';
import { withCheckSum } from './write.js';

const GOOD = '00020101021129150011dara@angkor5204599953031165802KH5904Dara6006Kampot63040BA9';

describe('checksum', () => {
  it('has the published check value', () => {
    expect(crc16('123456789')).toBe('29B1');
  });

  it('runs over UTF-8 bytes, from the first character that is not ASCII as from the start', () => {
    const bytes = Buffer.from('Kampot ភ្នំ 🛶', 'utf8');
    let crc = 0xffff;
    for (const byte of bytes) {
      crc ^= byte << 8;
      for (let bit = 0; bit < 8; bit += 1)
        crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
    }
    expect(crc16('Kampot ភ្នំ 🛶')).toBe(crc.toString(16).toUpperCase().padStart(4, '0'));
  });
});

describe('decoding refuses', () => {
  it.each([
    ['a text that is too short', '000201', 'TOO_SHORT', 6],
    ['an empty text', '', 'TOO_SHORT', 0],
    ['a cut text', GOOD.slice(0, 40), 'TLV_TRUNCATED', 39],
    ['a code without checksum', GOOD.slice(0, -8), 'CRC_MISSING', 70],
    ['a letter in a tag', `${GOOD.slice(0, 32)}A${GOOD.slice(33)}`, 'TAG_NOT_NUMERIC', 31],
    ['a letter in a length', `${GOOD.slice(0, 34)}X${GOOD.slice(35)}`, 'LENGTH_NOT_NUMERIC', 33],
    ['another first tag', withCheckSum('5802KH0002015904Dara'), 'FIRST_TAG_NOT_00', 0],
    ['data behind the checksum', '0002015802KH6304DBC25904Dara', 'CRC_NOT_LAST', 12],
    ['a checksum of other letters', `${GOOD.slice(0, -4)}0BAG`, 'CRC_MALFORMED', 74],
    ['a short checksum', `${GOOD.slice(0, -6)}030BA`, 'CRC_MALFORMED', 74],
    ['another checksum', `${GOOD.slice(0, -4)}0BA8`, 'CRC_MISMATCH', 74],
    ['a folded letter', GOOD.replace('Kampot', 'KAMPOT'), 'CRC_MISMATCH', 74],
    ['two amounts', '00020129150011dara@angkor540210540490005802KH63041562', 'DUPLICATE_TAG', 31],
    [
      'two payees in one template',
      '00020129290011dara@angkor0010eve@angkor5802KH63045E7A',
      'DUPLICATE_TAG',
      25,
    ],
  ])('%s', (_name, text, outcome, at) => {
    expect(decodeQr(text)).toMatchObject({ kind: 'refused', outcome, at });
  });

  it('with a sentence that tells what to do', () => {
    expect(decodeQr('000201')).toMatchObject({
      detail: 'A length of 6 is too short for a payment QR code; scan it again.',
    });
  });
});

describe('decoding', () => {
  it('takes tags in any order and a lower-case checksum', () => {
    const code = decodeQr(
      '0002015802KH5406100.2562060702T7530384029150011dara@angkor5904Dara6006Kampot63040916',
    );
    expect(code).toMatchObject({ kind: 'decoded', lengthUnit: 'char' });
    expect(code.kind === 'decoded' && valueAt(code.objects, '62/07')).toBe('T7');
    expect(decodeQr(`${GOOD.slice(0, -4)}0ba9`)).toMatchObject({ kind: 'decoded', crc: '0ba9' });
  });

  it('counts bytes when characters do not balance', () => {
    const code = decodeQr('000201530370462180814Cà phê sữa5802VN63042418');
    expect(code).toMatchObject({ kind: 'decoded', lengthUnit: 'byte' });
    expect(code.kind === 'decoded' && valueAt(code.objects, '62/08')).toBe('Cà phê sữa');
  });

  it('counts a character outside the first plane as one', () => {
    const code = decodeQr(withCheckSum('0002015903🛶AB5802KH'));
    expect(code.kind === 'decoded' && valueAt(code.objects, '59')).toBe('🛶AB');
  });

  it('keeps a template that does not balance as text', () => {
    const code = decodeQr(withCheckSum('0002018005AB1239904X9995802KH'));
    expect(code.kind === 'decoded' && code.objects.find(({ tag }) => tag === '99')).toEqual({
      tag: '99',
      value: 'X999',
      at: 15,
    });
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (text) => {
        expect(['decoded', 'refused']).toContain(decodeQr(text).kind);
        expect(['decoded', 'refused']).toContain(decodeQr(withCheckSum(`000201${text}`)).kind);
      }),
    );
  });

  it('notices every change of one character', () => {
    fc.assert(
      fc.property(fc.nat(GOOD.length - 5), fc.constantFrom('0', '9', 'z', ' '), (index, character) => {
        fc.pre(GOOD[index] !== character);
        expect(decodeQr(GOOD.slice(0, index) + character + GOOD.slice(index + 1)).kind).toBe('refused');
      }),
    );
  });
});
