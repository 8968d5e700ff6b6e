// RFC 9421 appendix B: bases, digests and verification to the bit. Two of its algorithms are spoken here; of the others the
// base is ours and the verification Node.js's.
import { constants, createHmac, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { verifyRequest } from './http-signature.js';
import { signatureBase } from './signature-base.js';
import { readClaims, type Claim, type HeaderValues } from './signature-claim.js';
import { algorithmOf, verifyBytes, type RegisteredKey } from './signing-key.js';
import { parseDictionary, serializeInnerList } from './structured-field.js';

function registered(der: string): RegisteredKey {
  const publicKey = createPublicKey({ key: Buffer.from(der, 'base64'), format: 'der', type: 'spki' });
  return { publicKey, algorithm: algorithmOf(publicKey), validFrom: 0, validTo: Number.MAX_SAFE_INTEGER };
}

// B.1.2 and B.1.5
const RSA_PSS = createPublicKey({
  key: Buffer.from(
    'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8' +
      'ct+Lh1GH45x28Rw3Ry53mm+oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHqgDsznjPFmTOtCEcN2Z' +
      '1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5WUtzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdV' +
      'w9lq4aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI2wIDAQAB',
    'base64',
  ),
  format: 'der',
  type: 'spki',
});
const SHARED_SECRET = Buffer.from(
  'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==',
  'base64',
);
const OTHERS: Readonly<Record<string, (base: Buffer, signature: Buffer) => boolean>> = {
  'test-key-rsa-pss': (base, signature) =>
    verify(
      'sha512',
      base,
      { key: RSA_PSS, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 },
      signature,
    ),
  'test-shared-secret': (base, signature) =>
    createHmac('sha256', SHARED_SECRET).update(base).digest().equals(signature),
};

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
// B.3
const PROXIED: HeaderValues = {
  ...REQUEST,
  host: 'service.internal.example',
  'client-cert':
    ':MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVy' +
    'bWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DA' +
    'QcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR' +
    '0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQY' +
    'DVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8T' +
    'AiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:',
};

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
      'B.2.1',
      'sig-b21=();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"',
      'd2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJ' +
        'MkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE' +
        '+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8' +
        'IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==',
      'test-key-rsa-pss',
      OF_REQUEST,
      REQUEST,
    ],
    [
      'B.2.3',
      'sig-b23=("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss"',
      'bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCU' +
        'b38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE' +
        '9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJy' +
        'oEZAFL2FUo5fTIztsDZKEgM4cUA==',
      'test-key-rsa-pss',
      OF_REQUEST,
      REQUEST,
    ],
    [
      'B.2.4',
      'sig-b24=("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"',
      'wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==',
      'test-key-ecc-p256',
      OF_RESPONSE,
      RESPONSE,
    ],
    [
      'B.2.5',
      'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
      'pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=',
      'test-shared-secret',
      OF_REQUEST,
      REQUEST,
    ],
    [
      'B.2.6',
      'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
      'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==',
      'test-key-ed25519',
      OF_REQUEST,
      REQUEST,
    ],
    [
      'B.3',
      'ttrp=("@path" "@query" "@method" "@authority" "client-cert");created=1618884473;keyid="test-key-ecc-p256"',
      'xVMHVpawaAC/0SbHrKRs9i8I3eOs5RtTMGCWXm/9nvZzoHsIg6Mce9315T6xoklyy0yzhD9ah4JHRwMLOgmizw==',
      'test-key-ecc-p256',
      OF_REQUEST,
      PROXIED,
    ],
  ])('%s verifies', (_, input, signature, keyId, derived, headers) => {
    const claim = claimOf(input, signature);
    const base = signatureBase(claim, derived, headers)!;
    const verifies = (): boolean =>
      OTHERS[keyId]?.(base, claim.signature) ?? verifyBytes(KEYS[keyId]!, base, claim.signature);
    expect(verifies()).toBe(true);
    base[0]! ^= 1;
    expect(verifies()).toBe(false);
  });

  it('B.2.2 covers a component with a parameter, which is not understood here, and says so', () => {
    const claims = readClaims({
      'signature-input':
        'sig-b22=("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example"',
      signature: 'sig-b22=:AA==:',
    });
    expect(claims).toMatchObject({ detail: 'The component @query-param must have no parameters.' });
  });

  it.each([
    ['as it was sent', true, {}, {}],
    [
      'after a header and a parameter of the query came to it',
      true,
      {},
      { 'accept-language': 'en-US,en;q=0.5' },
    ],
    ['after a field that came twice was joined', true, {}, { accept: 'application/json, */*' }],
    ['no more with another method', false, { '@method': 'POST' }, {}],
    ['no more with another authority', false, {}, { host: 'example.com' }],
    [
      'no more after the values of a field changed places',
      false,
      {},
      { accept: ['*/*', 'application/json'] },
    ],
  ])('B.4 verifies %s', (_, expected, derived, headers) => {
    const claim = claimOf(
      'transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519"',
      'ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==',
    );
    const sent = { host: 'example.org', accept: ['application/json', '*/*'] };
    const base = signatureBase(
      claim,
      { '@method': 'GET', '@path': '/demo', ...derived },
      { ...sent, ...headers },
    )!;
    expect(verifyBytes(KEYS['test-key-ed25519']!, base, claim.signature)).toBe(expected);
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
