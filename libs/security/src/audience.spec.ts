import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { verifyRequest, type Audience } from './http-signature.js';
import { signRequest } from './message-signing.js';
import { authorityOf } from './signature-base.js';

// A request that is signed for one switch and handed to another, and who may leave its host out.

const CREATED = 1_795_000_000;
const pair = generateKeyPairSync('ed25519');
const key = { publicKey: pair.publicKey, algorithm: 'ed25519', validFrom: 0, validTo: Infinity } as const;
const ours: Audience = { authorities: ['api.tonle.example', '10.0.0.7:7400'], demanded: true };

/** `signedFor` absent: @authority is not covered. */
function verdict(host: string, signedFor: string | undefined, audience?: Audience, url = '/v1/payments') {
  const headers = signRequest({
    method: 'GET',
    url: signedFor === undefined ? '/v1/payments' : `https://${signedFor}/v1/payments`,
    keyId: 'KHMEKONG-1',
    privateKey: pair.privateKey,
    created: CREATED,
    nonce: 'nonce-0001',
  });
  const request = { method: 'GET', url, headers: { ...headers, host } };
  return verifyRequest(request, () => key, CREATED * 1000, audience === undefined ? {} : { audience });
}

it.each([
  ['api.tonle.example', 'api.tonle.example'],
  ['API.Tonle.example:443', 'api.tonle.example'],
  ['10.0.0.7:7400', '10.0.0.7:7400'],
])('a request for %s is ours', (host, signedFor) => {
  expect(verdict(host, signedFor, ours)).toMatchObject({ kind: 'verified' });
});

it.each([
  ['another switch', 'api.other.example'],
  ['another environment', 'staging.tonle.example'],
  ['another port', '10.0.0.7:7401'],
  ['a longer name', 'api.tonle.example.other.example'],
])('a request for %s is refused, with what, where and how', (_what, host) => {
  expect(verdict(host, host, ours)).toEqual({
    kind: 'refused',
    reason: 'signature_misdirected',
    detail:
      `The request is for the host ${host} (Host, @authority), and this switch is reached as api.tonle.example or ` +
      '10.0.0.7:7400. Send it there and sign it for that host; a proxy in between must leave Host as it is.',
  });
});

it('a request for another that is given our Host does not verify', () => {
  expect(verdict('api.tonle.example', 'api.other.example', ours)).toMatchObject({
    reason: 'signature_invalid',
    detail: 'The signature does not match the request.',
  });
});

it('the host of an absolute target counts, not the field beside it', () => {
  const url = 'https://api.other.example/v1/payments';
  expect(verdict('api.tonle.example', 'api.other.example', ours, url)).toMatchObject({
    reason: 'signature_misdirected',
  });
});

it('a host that is not covered is refused where it is demanded, and how to cover it is said', () => {
  expect(verdict('api.tonle.example', undefined, ours)).toEqual({
    kind: 'refused',
    reason: 'signature_invalid',
    detail:
      'The signature does not cover @authority, the host that the request is sent to (Host: api.tonle.example).',
  });
});

it('where it is not demanded it may be left out, but not be another', () => {
  const lenient = { ...ours, demanded: false };
  expect(verdict('api.tonle.example', undefined, lenient)).toMatchObject({ kind: 'verified' });
  expect(verdict('api.other.example', 'api.other.example', lenient)).toMatchObject({
    reason: 'signature_misdirected',
  });
});

it('where nothing is said of it any host will do', () => {
  expect(verdict('api.other.example', 'api.other.example')).toMatchObject({ kind: 'verified' });
  expect(verdict('api.tonle.example', undefined)).toMatchObject({ kind: 'verified' });
});

it('a host is written in one way', () => {
  expect(authorityOf('API.example:443')).toBe('api.example');
  expect(authorityOf('[::1]:7400')).toBe('[::1]:7400');
});
