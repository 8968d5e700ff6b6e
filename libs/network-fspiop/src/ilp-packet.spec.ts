import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  conditionOf,
  fulfilmentOf,
  isFulfilledBy,
  readIlpPacket,
  writeIlpPacket,
  type IlpContent,
} from './ilp-packet.js';

const AT = Date.parse('2026-11-29T10:15:30.123Z');
const CONTENT: IlpContent = {
  amount: 1250n,
  destination: 'g.ekash.bkrw.msisdn.250788123456',
  transaction: '{"quoteId":"x"}',
};
const FULFILMENT = fulfilmentOf(CONTENT.transaction, Buffer.alloc(32, 7));
const TERMS = { expiresAt: AT, condition: conditionOf(FULFILMENT) };
const PAYMENT = writeIlpPacket(CONTENT);
const PREPARE = writeIlpPacket(CONTENT, TERMS);
const bytesOf = (packet: string) => Buffer.from(packet, 'base64url');
/** The packet with bytes of it replaced. */
const changed = (packet: string, at: number, ...bytes: number[]) => {
  const octets = bytesOf(packet);
  octets.set(bytes, at);
  return octets.toString('base64url');
};
const refusal = (packet: string) => {
  const read = readIlpPacket(packet);
  return read.kind === 'refused' ? read.detail : JSON.stringify(read.packet, (_, v) => `${v}`);
};

describe('a packet', () => {
  it('of version 1 has amount, address, data and no extension', () => {
    // Type 1; length; 1250 in eight bytes; address and data with their lengths; a last zero.
    const address = Buffer.from('g.ekash.bkrw.msisdn.250788123456').toString('hex');
    const data = Buffer.from('eyJxdW90ZUlkIjoieCJ9').toString('hex');
    expect(bytesOf(PAYMENT).toString('hex')).toBe(`013f00000000000004e220${address}14${data}00`);
  });

  it('of version 4 has expiry and condition before the address', () => {
    const octets = bytesOf(PREPARE);
    expect(octets[0]).toBe(12);
    expect(octets.subarray(2, 10).readBigUInt64BE()).toBe(1250n);
    expect(octets.subarray(10, 27).toString()).toBe('20261129101530123');
    expect(octets.subarray(27, 59).toString('base64url')).toBe(TERMS.condition);
  });

  it('is read back, in either form', () => {
    expect(readIlpPacket(PAYMENT)).toEqual({ kind: 'ok', packet: { form: 'payment', ...CONTENT } });
    expect(readIlpPacket(PREPARE)).toEqual({ kind: 'ok', packet: { form: 'prepare', ...CONTENT, ...TERMS } });
  });

  it('is read with padding, without the count of extensions, and with the JSON as it is', () => {
    expect(readIlpPacket(`${PAYMENT}${'='.repeat((4 - (PAYMENT.length % 4)) % 4)}`).kind).toBe('ok');
    const bare = bytesOf(PAYMENT).subarray(0, -1);
    bare[1] = bare[1]! - 1;
    expect(readIlpPacket(bare.toString('base64url')).kind).toBe('ok');
    const plain = Buffer.concat([
      Buffer.of(1, 8 + 4 + 3),
      Buffer.alloc(8),
      Buffer.of(3),
      Buffer.from('g.a'),
      Buffer.of(2),
      Buffer.from('{}'),
    ]);
    expect(readIlpPacket(plain.toString('base64url'))).toMatchObject({ packet: { transaction: '{}' } });
  });

  it('is read with identifiers of parties in its address', () => {
    const address = Buffer.from('levelone.x.+250@y');
    const octets = Buffer.concat([Buffer.alloc(8), Buffer.of(address.length), address, Buffer.of(0)]);
    const packet = Buffer.concat([Buffer.of(1, octets.length), octets]).toString('base64url');
    expect(readIlpPacket(packet)).toMatchObject({ packet: { destination: 'levelone.x.+250@y' } });
  });

  it('comes back as it was, whatever is in it', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9_~-]{1,40}$/);
    const content = fc.record({
      amount: fc.bigInt(0n, 2n ** 64n - 1n),
      destination: fc.array(part, { minLength: 1, maxLength: 20 }).map((parts) => `g.${parts.join('.')}`),
      transaction: fc.jsonValue().map((value) => JSON.stringify({ value })),
    });
    const terms = fc.record({
      expiresAt: fc.integer({ min: 0, max: Date.parse('9999-12-31T23:59:59.999Z') }),
      condition: fc
        .uint8Array({ minLength: 32, maxLength: 32 })
        .map((b) => Buffer.from(b).toString('base64url')),
    });
    fc.assert(
      fc.property(content, fc.option(terms, { nil: undefined }), (given, more) => {
        const form = more === undefined ? 'payment' : 'prepare';
        expect(readIlpPacket(writeIlpPacket(given, more))).toEqual({
          kind: 'ok',
          packet: { form, ...given, ...more },
        });
      }),
    );
  });

  it('is read or refused, never thrown at, whatever came', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(1, 12, 13), (octets, type) => {
        const framed = Buffer.concat([Buffer.of(type, octets.length % 128), octets]);
        expect(['ok', 'refused']).toContain(readIlpPacket(framed.toString('base64url')).kind);
      }),
    );
  });

  it('loses its meaning at any change of its frame: it is refused, or holds something else', () => {
    fc.assert(
      fc.property(fc.nat(bytesOf(PREPARE).length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const other = readIlpPacket(changed(PREPARE, at, bytesOf(PREPARE)[at]! ^ mask));
        expect(other).not.toEqual(readIlpPacket(PREPARE));
      }),
    );
  });

  it.each([
    ['no base64url', 'AYIB+/8', 'base64url'],
    ['nothing', '', 'base64url'],
    ['too long', 'A'.repeat(32_769), 'base64url'],
    ['a fulfilment', changed(PREPARE, 0, 13), 'type is 13'],
    ['cut off', PREPARE.slice(0, 90), 'ends too early'],
    ['something after it', Buffer.concat([bytesOf(PREPARE), Buffer.of(0)]).toString('base64url'), 'follows'],
    ['a month 13', changed(PREPARE, 14, 0x31, 0x33), 'time of expiry'],
    ['30 February', changed(PREPARE, 14, 0x30, 0x32, 0x33, 0x30), 'time of expiry'],
    ['an address that is none', changed(PREPARE, 60, 0x20), 'address'],
    ['an extension', changed(PAYMENT, bytesOf(PAYMENT).length - 1, 1), 'extensions'],
    ['a length of no bytes', 'AYA', 'canonical'],
    ['a length in two bytes that needs one', 'AYIAAQA', 'canonical'],
    ['a length of four bytes', 'AYQAAAABAA', 'canonical'],
  ])('is refused by name: %s', (_what, packet, words) => {
    expect(refusal(packet)).toContain(words);
  });

  it('cannot be made of what does not fit', () => {
    expect(() => writeIlpPacket({ ...CONTENT, amount: 2n ** 64n })).toThrow(RangeError);
    expect(() => writeIlpPacket({ ...CONTENT, amount: -1n })).toThrow(RangeError);
    expect(() => writeIlpPacket({ ...CONTENT, destination: 'g.é' })).toThrow(RangeError);
    expect(() => writeIlpPacket({ ...CONTENT, transaction: 'x'.repeat(30_000) })).toThrow(RangeError);
    expect(() => writeIlpPacket(CONTENT, { ...TERMS, condition: 'short' })).toThrow(RangeError);
    expect(() => writeIlpPacket(CONTENT, { ...TERMS, expiresAt: Number.NaN })).toThrow(RangeError);
  });
});

describe('a fulfilment', () => {
  it('has 43 characters, and its condition is the SHA-256 of its 32 bytes', () => {
    expect(FULFILMENT).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const digest = createHash('sha256').update(Buffer.from(FULFILMENT, 'base64url')).digest('base64url');
    expect(conditionOf(FULFILMENT)).toBe(digest);
    // Of the 32 zero bytes.
    expect(conditionOf('A'.repeat(43))).toBe('Zmh6rfhivXdsj8GLjp-OIAiXFIVu4jOzkCpZHQ1fKSU');
  });

  it('opens its condition and no other', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        const [mine, theirs] = [one, other].map((text) => fulfilmentOf(text, Buffer.alloc(32, 1)));
        expect(isFulfilledBy(conditionOf(mine!), mine!)).toBe(true);
        expect(isFulfilledBy(conditionOf(mine!), theirs!)).toBe(one === other);
      }),
    );
  });

  it('of another secret opens nothing', () => {
    const other = fulfilmentOf(CONTENT.transaction, Buffer.alloc(32, 8));
    expect(isFulfilledBy(TERMS.condition, other)).toBe(false);
  });

  it.each(['', 'short', `${'A'.repeat(43)}=`, '!'.repeat(43), 'B'.repeat(43), TERMS.condition])(
    '%s opens nothing',
    (given) => expect(isFulfilledBy(TERMS.condition, given)).toBe(false),
  );

  it('is no condition of what is none', () => {
    expect(() => conditionOf('short')).toThrow(RangeError);
    expect(isFulfilledBy('short', FULFILMENT)).toBe(false);
  });
});
