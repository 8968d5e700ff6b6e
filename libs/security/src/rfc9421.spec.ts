// Signatures of RFC 9421 appendix B in the two algorithms that are spoken here: base, digests and verification to the bit.
import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { verifyRequest } from './http-signature.js';
import { signatureBase } from './signature-base.js';
import type { Claim, HeaderValues } from './signature-claim.js';
import { algorithmOf, verifyBytes, type RegisteredKey } from './signing-key.js';
import { parseDictionary, serializeInnerList } from './structured-field.js';

function registered(der: string): RegisteredKey {
  const publicKey = createPublicKey({ key: Buffer.from(der, 'base64'), format: 'der', type: 'spki' });
  return { publicKey, algorithm: algorithmOf(publicKey), validFrom: 0, validTo: Number.MAX_SAFE_INTEGER };
}

// B.1.3 and B.1.4
const KEYS: Readonly<Record<string, RegisteredKey>> = {
  'test-key-ecc-p256': registered(
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lfw0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==',
  ),
  'test-key-ed25519': registered('MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs='),
};

// B.2
const REQUEST_BODY = '{"hello": "world"}';
const REQUEST: HeaderValues = {
  host: 'example.com',
  date: 'Tue, 20 Apr 2021 02:07:55 GMT',
  'content-type': 'application/json',
  'content-digest':
    'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
  'content-length': '18',
};
const RESPONSE: HeaderValues = {
  date: 'Tue, 20 Apr 2021 02:07:56 GMT',
  'content-type': 'application/json',
  'content-digest':
    'sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:',
  'content-length': '23',
};
const OF_REQUEST = { '@method': 'POST', '@path': '/foo', '@query': '?param=Value&Pet=dog' };
const OF_RESPONSE = { '@status': '200' };

function claimOf(input: string, signature: string): Claim {
  const member = [...parseDictionary(input)!.values()][0]!;
  if (member.kind !== 'list') throw new Error('no inner list');
  return {
    components: member.items.map(({ bare }) => (bare.kind === 'string' ? bare.value : '')),
    signatureParams: serializeInnerList(member.items, member.parameters),
    keyId: '',
    nonce: '',
    created: 0,
    expires: undefined,
    algorithm: undefined,
    signature: Buffer.from(signature, 'base64'),
  };
}

describe('RFC 9421', () => {
  it.each([
    [
      'B.2.4',
      'sig-b24=("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"',
      'wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==',
      'test-key-ecc-p256',
      OF_RESPONSE,
      RESPONSE,
    ],
    [
      'B.2.6',
      'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
      'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==',
      'test-key-ed25519',
      OF_REQUEST,
      REQUEST,
    ],
  ])('%s verifies', (_, input, signature, keyId, derived, headers) => {
    const claim = claimOf(input, signature);
    const base = signatureBase(claim, derived, headers)!;
    expect(verifyBytes(KEYS[keyId]!, base, claim.signature)).toBe(true);
    base[0]! ^= 1;
    expect(verifyBytes(KEYS[keyId]!, base, claim.signature)).toBe(false);
  });

  it('2.5 the base ends with the parameters as they were given', () => {
    const claim = claimOf('sig1=("@method" "@authority" "@path" "date");created=1618884475;keyid="k"', '');
    expect(signatureBase(claim, OF_REQUEST, REQUEST)!.toString()).toBe(
      [
        '"@method": POST',
        '"@authority": example.com',
        '"@path": /foo',
        '"date": Tue, 20 Apr 2021 02:07:55 GMT',
        '"@signature-params": ("@method" "@authority" "@path" "date");created=1618884475;keyid="k"',
      ].join('\n'),
    );
  });

  it('2.2.3 an authority is in lower case and names no default port', () => {
    const authority = (host: string): string =>
      signatureBase(claimOf('sig1=("@authority");created=1', ''), {}, { host })!.toString().split('\n')[0]!;
    expect(authority('WWW.Example.com')).toBe('"@authority": www.example.com');
    expect(authority('example.com:443')).toBe('"@authority": example.com');
    expect(authority('example.com:80')).toBe('"@authority": example.com');
    expect(authority('example.com:8443')).toBe('"@authority": example.com:8443');
  });

  it('2.1 only spaces and tabs are trimmed, and repeated fields are joined', () => {
    const value = (field: string | string[]): string =>
      signatureBase(claimOf('sig1=("x-note");created=1', ''), {}, { 'x-note': field })!.toString('latin1');
    expect(value(' \ta b\t ')).toContain('"x-note": a b\n');
    expect(value('\u00a0a')).toContain('"x-note": \u00a0a\n');
    expect(value(['a ', ' b'])).toContain('"x-note": a, b\n');
  });

  it('the digests of the examples fit their bodies', () => {
    const request = { method: 'POST', url: '/foo?param=Value&Pet=dog', headers: REQUEST };
    const signed = (rawBody: string) =>
      verifyRequest(
        {
          ...request,
          headers: {
            ...REQUEST,
            'signature-input':
              's=("@method" "@path" "@query" "content-digest" "content-type");created=1618884473;keyid="test-key-ed25519";nonce="12345678"',
            signature: `s=:${Buffer.alloc(64).toString('base64')}:`,
          },
          rawBody: Buffer.from(rawBody),
        },
        (keyId) => KEYS[keyId],
        1_618_884_473_000,
      );
    expect(signed(REQUEST_BODY)).toMatchObject({ detail: 'The signature does not match the request.' });
    expect(signed('{}')).toMatchObject({ detail: 'The sha-512 of Content-Digest does not match the body.' });
  });
});
