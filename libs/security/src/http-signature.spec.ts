import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  verifyRequest,
  verifyResponse,
  type ReceivedRequest,
  type SignatureAttempts,
} from './http-signature.js';
import { signRequest, signResponse, type RequestToSign } from './message-signing.js';
import { contentDigest } from './signature-base.js';
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
    headers: { host: 'localhost:7400', ...request.headers, ...signRequest(request) },
    rawBody: Buffer.from(request.body ?? ''),
  };
}

function withHeaders(request: ReceivedRequest, headers: Record<string, string | undefined>): ReceivedRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}

describe('bad signatures', () => {
  function attemptsOf(mayTry: boolean) {
    const failed: string[] = [];
    return { attempts: { mayTry: () => mayTry, failed: (keyId: string) => failed.push(keyId) }, failed };
  }
  const over = (change: Partial<ReceivedRequest>) => ({ ...received(toSign()), ...change });
  const verdictOf = (request: ReceivedRequest, attempts: SignatureAttempts) => {
    const verdict = verifyRequest(request, findKey, NOW, { attempts });
    return verdict.kind === 'refused' ? verdict.reason : verdict.kind;
  };

  it.each<[string, ReceivedRequest, string, string[]]>([
    ['another body', over({ rawBody: Buffer.from('{}') }), 'signature_invalid', ['KHMEKONG-1']],
    ['another method', over({ method: 'PUT' }), 'signature_invalid', ['KHMEKONG-1']],
    ['a key that is not registered', received(toSign({ keyId: 'NOBODY' })), 'key_unknown', []],
    ['an old signature', received(toSign({ created: CREATED - 400 })), 'signature_expired', []],
    ['a good one', received(toSign()), 'verified', []],
  ])('count when they cost something: %s', (_what, request, verdict, counted) => {
    const { attempts, failed } = attemptsOf(true);
    expect(verdictOf(request, attempts)).toBe(verdict);
    expect(failed).toEqual(counted);
  });

  it('cost nothing when there were too many', () => {
    const untouched = new Proxy(keys['KHMEKONG-1']!, {
      get: () => {
        throw new Error('the key was used');
      },
    });
    const { attempts, failed } = attemptsOf(false);
    const verdict = verifyRequest(received(toSign()), () => untouched, NOW, { attempts });
    expect(verdict).toMatchObject({ reason: 'signatures_failing' });
    expect(failed).toEqual([]);
  });
});

describe('verifyRequest', () => {
  // RFC 9421 2.2.7: "If the query string is absent from the request message, the component value is the leading ? alone."
  it('reads an absent query as the question mark alone', () => {
    const params = `("@method" "@path" "@query");created=${CREATED};keyid="KHANGKOR-1";nonce="nonce-0001"`;
    const verdictOf = (value: string) => {
      const base = `"@method": GET\n"@path": /v1/payments\n"@query": ${value}\n"@signature-params": ${params}`;
      const bytes = sign(null, Buffer.from(base), edwards.privateKey).toString('base64');
      const headers = { 'signature-input': `sig1=${params}`, signature: `sig1=:${bytes}:` };
      const request = { method: 'GET', url: '/v1/payments', headers, rawBody: Buffer.alloc(0) };
      return verifyRequest(request, findKey, NOW).kind;
    };
    expect([verdictOf('?'), verdictOf('')]).toEqual(['verified', 'refused']);
  });

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
      'sig1=("@method" "@path" "@query" "@authority" "content-type" "content-digest" "idempotency-key")' +
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

  it.each([
    ['of an unknown key', 'other=("@method");created=1;keyid="X";nonce="12345678"', 'AAAA'],
    ['of a key that is over', `other=("@method");created=${CREATED};keyid="OLD-1";nonce="12345678"`, 'AAAA'],
    ['that is stale', 'other=("@method");created=1;keyid="KHMEKONG-1";nonce="12345678"', 'AAAA'],
    ['that covers nothing', `other=();created=${CREATED};keyid="KHANGKOR-1";nonce="12345678"`, 'AAAA'],
    ['without a nonce', `other=("@method");created=${CREATED};keyid="KHMEKONG-1"`, 'AAAA'],
  ])('takes a good signature beside one %s, in either order', (_, input, signature) => {
    const request = received(toSign());
    const [own, ownSignature] = [
      String(request.headers['signature-input']),
      String(request.headers['signature']),
    ];
    for (const [first, second] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const inputs = [own, input];
      const signatures = [ownSignature, `other=:${signature}:`];
      const both = withHeaders(request, {
        'signature-input': `${inputs[first]}, ${inputs[second]}`,
        signature: `${signatures[first]}, ${signatures[second]}`,
      });
      expect(verifyRequest(both, findKey, NOW).kind).toBe('verified');
    }
  });

  it('takes a digest by SHA-512, and both only when both fit', () => {
    const sha512 = `sha-512=:${createHash('sha512').update(BODY).digest('base64')}:`;
    const signed = (digest: string): ReceivedRequest =>
      received(toSign({ headers: { ...toSign().headers, 'content-digest': digest } }));
    expect(verifyRequest(signed(sha512), findKey, NOW).kind).toBe('verified');
    expect(verifyRequest(signed(`${contentDigest(BODY)}, ${sha512}`), findKey, NOW).kind).toBe('verified');
    expect(() => signed(`${contentDigest('x')}, ${sha512}`)).toThrow(RangeError);
    const tampered = (digest: string): ReceivedRequest =>
      withHeaders(received(toSign()), { 'content-digest': digest });
    expect(verifyRequest(tampered(`${contentDigest('x')}, ${sha512}`), findKey, NOW)).toMatchObject({
      detail: 'The sha-256 of Content-Digest does not match the body.',
    });
    expect(verifyRequest(tampered('md5=:AAAA:'), findKey, NOW)).toMatchObject({
      detail: 'Content-Digest must give sha-256 or sha-512.',
    });
  });

  it('says what is wrong in words that help', () => {
    const request = received(toSign());
    const der = derFromP1363(
      Buffer.from(String(request.headers['signature']).slice('sig1=:'.length, -1), 'base64'),
    );
    const asDer = withHeaders(request, { signature: `sig1=:${der.toString('base64')}:` });
    expect(verifyRequest(asDer, findKey, NOW)).toMatchObject({
      detail: expect.stringMatching(/^A signature is 64 bytes .* looks like DER\.$/),
    });
    expect(verifyRequest(request, findKey, NOW + 400_000)).toMatchObject({
      detail: expect.stringMatching(
        /^The signature was created 401 s ago, 300 s are allowed; our clock says 20\d\d-.*Z\.$/,
      ),
    });
    expect(verifyRequest(request, findKey, NOW - 60_000)).toMatchObject({
      detail: expect.stringMatching(/^The signature was created 60 s in the future, 30 s are allowed/),
    });
  });

  it('names the covered component that is not there', () => {
    const request = received(toSign());
    const input = String(request.headers['signature-input']).replace('"@path"', '"@path" "x-absent"');
    expect(verifyRequest(withHeaders(request, { 'signature-input': input }), findKey, NOW)).toMatchObject({
      detail: 'The covered component x-absent is absent or not supported.',
    });
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
    expect(() => signRequest(toSign({ nonce: 'short' }))).toThrow(RangeError);
    expect(() => signRequest(toSign({ nonce: 'with blank' }))).toThrow(RangeError);
    expect(() => signRequest(toSign({ headers: {} }))).toThrow(RangeError);
  });

  it('signs only what verifyRequest accepts', () => {
    const visible = fc.stringMatching(/^[!-~]{8,128}$/);
    const extra = fc.subarray(['@authority', '@query', 'x-note', '@method']);
    const path = fc.stringMatching(/^\/[a-z0-9/%._~-]{0,20}$/);
    const query = fc.option(fc.stringMatching(/^\?[a-z0-9=&%]{0,20}$/), { nil: '' });
    const host = fc.constantFrom('localhost:7400', 'Tonle.Example', 'tonle.example:443', 'tonle.example:80');
    const note = fc.stringMatching(/^[ \t]*[!-~][ -~\t]{0,20}$/);
    fc.assert(
      fc.property(
        visible,
        extra,
        path,
        query,
        host,
        note,
        (nonce, extraComponents, where, asked, authority, text) => {
          const headers = { ...toSign().headers, host: authority, 'x-note': text };
          const signed = toSign({
            url: `https://${authority}${where}${asked}`,
            headers,
            nonce,
            extraComponents,
          });
          const target = URL.parse(signed.url)!;
          const request = { ...received(signed), url: target.href.slice(target.origin.length) };
          return verifyRequest(request, findKey, NOW).kind === 'verified';
        },
      ),
      { numRuns: 500 },
    );
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
