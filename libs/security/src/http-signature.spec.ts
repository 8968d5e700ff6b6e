import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  contentDigest,
  signRequest,
  signResponse,
  verifyRequest,
  verifyResponse,
  type ReceivedRequest,
  type RequestToSign,
} from './http-signature.js';
import { algorithmOf, derFromP1363, p1363FromDer, type RegisteredKey } from './signing-key.js';

const CREATED = 1_795_000_000;
const NOW = CREATED * 1000 + 500;
const ecdsa = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const edwards = generateKeyPairSync('ed25519');

function register(publicKey: KeyObject, over: Partial<RegisteredKey> = {}): RegisteredKey {
  return { publicKey, algorithm: algorithmOf(publicKey), validFrom: 0, validTo: NOW * 2, ...over };
}

const keys: Record<string, RegisteredKey> = {
  'KHMEKONG-1': register(ecdsa.publicKey),
  'KHANGKOR-1': register(edwards.publicKey),
  'OLD-1': register(ecdsa.publicKey, { validTo: NOW }),
  'SOON-1': register(ecdsa.publicKey, { validFrom: NOW + 1 }),
};
const findKey = (keyId: string) => (Object.hasOwn(keys, keyId) ? keys[keyId] : undefined);

const PARTS = [
  'body',
  'url',
  'content-type',
  'idempotency-key',
  'content-digest',
  'signature-input',
  'signature',
];
const BODY = '{"quoteId":"1"}';

function toSign(over: Partial<RequestToSign> = {}): RequestToSign {
  return {
    method: 'POST',
    url: 'http://localhost:7400/v1/payments?dry=1',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'k-1' },
    body: BODY,
    keyId: 'KHMEKONG-1',
    privateKey: ecdsa.privateKey,
    created: CREATED,
    nonce: 'nonce-0001',
    ...over,
  };
}

function received(request: RequestToSign): ReceivedRequest {
  return {
    method: request.method,
    url: request.url.replace(/^http:\/\/[^/]+/, ''),
    headers: { ...request.headers, ...signRequest(request) },
    rawBody: Buffer.from(request.body ?? ''),
  };
}

function withHeaders(request: ReceivedRequest, headers: Record<string, string | undefined>): ReceivedRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}

describe('verifyRequest', () => {
  it.each([
    ['KHMEKONG-1', ecdsa.privateKey],
    ['KHANGKOR-1', edwards.privateKey],
  ])('accepts what %s signed', (keyId, privateKey) => {
    const verdict = verifyRequest(received(toSign({ keyId, privateKey })), findKey, NOW);
    expect(verdict).toEqual({ kind: 'verified', keyId, nonce: 'nonce-0001', created: CREATED });
  });

  it('accepts a GET without body and query, and says which components are covered', () => {
    const request = received(toSign({ method: 'GET', url: '/v1/corridors', headers: {}, body: undefined }));
    expect(request.headers['signature-input']).toMatch(/^sig1=\("@method" "@path"\);created=/);
    expect(verifyRequest(request, findKey, NOW).kind).toBe('verified');
  });

  it('reproduces the signature input and digest forms of the RFCs', () => {
    expect(contentDigest('{"hello": "world"}')).toBe(
      'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:',
    );
    expect(signRequest(toSign())['signature-input']).toBe(
      'sig1=("@method" "@path" "@query" "content-type" "content-digest" "idempotency-key")' +
        `;created=${CREATED};keyid="KHMEKONG-1";alg="ecdsa-p256-sha256";nonce="nonce-0001"`,
    );
  });

  it.each([
    ['no signature', { signature: undefined }, 'signature_missing'],
    ['no input', { 'signature-input': undefined }, 'signature_missing'],
    ['garbage', { signature: '\u0000\u0000', 'signature-input': '((((' }, 'signature_missing'],
    ['malformed input', { 'signature-input': 'sig1=("@method"' }, 'signature_invalid'],
    ['two of one label', { signature: 'sig1=:AAAA:, sig1=:AAAA:' }, 'signature_invalid'],
    ['other label', { signature: 'sig2=:AAAA:' }, 'signature_invalid'],
    ['short signature', { signature: 'sig1=:AAAA:' }, 'signature_invalid'],
    ['zero signature', { signature: `sig1=:${Buffer.alloc(64).toString('base64')}:` }, 'signature_invalid'],
    ['other content type', { 'content-type': 'text/plain' }, 'signature_invalid'],
    ['other idempotency key', { 'idempotency-key': 'k-2' }, 'signature_invalid'],
    ['no idempotency key', { 'idempotency-key': undefined }, 'signature_invalid'],
    ['digest of another body', { 'content-digest': contentDigest('x') }, 'signature_invalid'],
    ['weak digest', { 'content-digest': 'md5=:AAAA:' }, 'signature_invalid'],
    ['too long', { 'signature-input': `sig1=(${'"@method" '.repeat(2000)})` }, 'signature_invalid'],
  ])('refuses %s', (_, headers, reason) => {
    expect(verifyRequest(withHeaders(received(toSign()), headers), findKey, NOW)).toMatchObject({
      kind: 'refused',
      reason,
    });
  });

  it.each([
    ['unknown key', { keyId: 'NOBODY-1' }, 'key_unknown'],
    ['prototype name', { keyId: '__proto__' }, 'key_unknown'],
    ['key past its validity', { keyId: 'OLD-1' }, 'key_unknown'],
    ['key before its validity', { keyId: 'SOON-1' }, 'key_unknown'],
    ['key of another participant', { keyId: 'KHANGKOR-1' }, 'signature_invalid'],
    ['too old', { created: CREATED - 302 }, 'signature_expired'],
    ['from the future', { created: CREATED + 32 }, 'signature_expired'],
    ['short nonce', { nonce: 'short' }, 'signature_invalid'],
  ])('refuses %s', (_, over, reason) => {
    expect(verifyRequest(received(toSign(over)), findKey, NOW)).toMatchObject({ kind: 'refused', reason });
  });

  it('accepts at the edges of the age window', () => {
    expect(verifyRequest(received(toSign({ created: CREATED - 300 })), findKey, NOW).kind).toBe('verified');
    expect(verifyRequest(received(toSign({ created: CREATED + 30 })), findKey, NOW).kind).toBe('verified');
  });

  it('demands that a late-added idempotency key, body or query is covered', () => {
    const bare = received(toSign({ url: '/v1/payments', headers: {}, body: undefined }));
    for (const changed of [
      withHeaders(bare, { 'idempotency-key': 'k' }),
      { ...bare, rawBody: Buffer.from('{}') },
      { ...bare, url: '/v1/payments?x=1' },
    ]) {
      expect(verifyRequest(changed, findKey, NOW)).toMatchObject({
        kind: 'refused',
        reason: 'signature_invalid',
      });
    }
  });

  it('demands the components that a door asks for', () => {
    const options = { required: ['@authority'] };
    const signed = toSign({
      headers: { ...toSign().headers, host: 'localhost:7400' },
      extraComponents: ['@authority'],
    });
    expect(verifyRequest(received(signed), findKey, NOW, options).kind).toBe('verified');
    expect(verifyRequest(received(toSign()), findKey, NOW, options).kind).toBe('refused');
  });

  it('takes the signature whose key is registered when there are several', () => {
    const request = received(toSign());
    const both = withHeaders(request, {
      'signature-input': `other=("@method");created=1;keyid="X";nonce="12345678", ${String(request.headers['signature-input'])}`,
      signature: `other=:AAAA:, ${String(request.headers['signature'])}`,
    });
    expect(verifyRequest(both, findKey, NOW).kind).toBe('verified');
  });

  it('refuses when any byte of body, path, query or a covered header changes', () => {
    const request = received(toSign());
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom(...PARTS),
        (place, flip, part) => {
          const change = (text: string) => {
            const bytes = Buffer.from(text, 'latin1');
            bytes[place % bytes.length]! ^= flip;
            return bytes.toString('latin1');
          };
          if (part === 'body') {
            const rawBody = Buffer.from(change(BODY), 'latin1');
            return verifyRequest({ ...request, rawBody }, findKey, NOW).kind === 'refused';
          }
          const changed =
            part === 'url'
              ? { ...request, url: change(request.url) }
              : withHeaders(request, { [part]: change(String(request.headers[part])) });
          return verifyRequest(changed, findKey, NOW).kind === 'refused';
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('never throws on garbage', () => {
    const text = fc.string({ unit: 'binary', maxLength: 80 });
    const field = fc.oneof(text, fc.stringMatching(/^[a-z0-9"=:;(),? @\\-]{0,60}$/));
    fc.assert(
      fc.property(text, text, field, field, field, (method, url, input, signature, digest) => {
        const headers = { 'signature-input': input, signature, 'content-digest': digest };
        return (
          verifyRequest({ method, url, headers, rawBody: Buffer.from(url) }, findKey, NOW).kind === 'refused'
        );
      }),
      { numRuns: 2000 },
    );
  });
});

describe('signRequest', () => {
  it('refuses milliseconds, absent headers and line breaks in what it signs', () => {
    expect(() => signRequest(toSign({ created: NOW }))).toThrow(RangeError);
    expect(() => signRequest(toSign({ extraComponents: ['x-missing'] }))).toThrow(RangeError);
    expect(() => signRequest(toSign({ headers: { 'content-type': 'a\nb' } }))).toThrow(RangeError);
    expect(() => signRequest(toSign({ keyId: 'naïve' }))).toThrow(RangeError);
  });
});

describe('verifyResponse', () => {
  const response = {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: '<a/>',
    keyId: 'KHANGKOR-1',
    privateKey: edwards.privateKey,
    created: CREATED,
    nonce: 'nonce-0001',
  };
  const answer = {
    status: 200,
    headers: { ...response.headers, ...signResponse(response) },
    rawBody: Buffer.from(response.body),
  };

  it('accepts the response to this request only', () => {
    expect(verifyResponse(answer, findKey, NOW, { nonce: 'nonce-0001' }).kind).toBe('verified');
    expect(verifyResponse(answer, findKey, NOW, { nonce: 'nonce-0002' }).kind).toBe('refused');
  });

  it('refuses another status or body', () => {
    expect(verifyResponse({ ...answer, status: 202 }, findKey, NOW).kind).toBe('refused');
    expect(verifyResponse({ ...answer, rawBody: Buffer.from('<b/>') }, findKey, NOW).kind).toBe('refused');
  });
});

describe('DER and the fixed form of ECDSA signatures', () => {
  it('convert into each other, leading zeroes and high bits included', () => {
    const half = fc.oneof(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc
        .nat({ max: 255 })
        .map((last) => Uint8Array.from({ length: 32 }, (_, index) => (index === 31 ? last : 0))),
    );
    fc.assert(
      fc.property(half, half, (r, s) => {
        const fixed = Buffer.concat([r, s]);
        expect(p1363FromDer(derFromP1363(fixed))).toEqual(fixed);
      }),
    );
  });
});
