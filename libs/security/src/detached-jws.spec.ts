import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { signDetached, verifyDetached, type JwsVerifier } from './detached-jws.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const NAMES = ['UPI-UUID', 'UPI-TIMESTAMP', 'UPI-APPID', 'UPI-REQPATH'];
const HEADERS = {
  'UPI-UUID': '7c9e6679742540de944be07fc1f90ae7',
  'UPI-TIMESTAMP': '1763803801',
  'UPI-APPID': '39990313',
  'UPI-REQPATH': '/scis/switch/qremvpayment',
};
const BODY = Buffer.from('{"msgInfo":{"msgType":"MPQRC_PAYMENT_EMV"}}');
const verifier: JwsVerifier = {
  understood: NAMES,
  required: NAMES.slice(0, 3),
  findKey: (keyId) => (keyId === '1555570302' ? publicKey : undefined),
};
const signed = signDetached(BODY, '1555570302', HEADERS, privateKey);
const [header = '', , signature = ''] = signed.split('.');
const withHeader = (change: object): string => {
  const members = JSON.parse(Buffer.from(header, 'base64url').toString()) as object;
  return `${Buffer.from(JSON.stringify({ ...members, ...change })).toString('base64url')}..${signature}`;
};

describe('a detached JWS', () => {
  it('has its header in the order of the wire, and nothing where the payload would be', () => {
    expect(Buffer.from(header, 'base64url').toString()).toBe(
      '{"alg":"RS256","kid":"1555570302","crit":["UPI-UUID","UPI-TIMESTAMP","UPI-APPID","UPI-REQPATH"],' +
        '"UPI-UUID":"7c9e6679742540de944be07fc1f90ae7","UPI-TIMESTAMP":"1763803801","UPI-APPID":"39990313",' +
        '"UPI-REQPATH":"/scis/switch/qremvpayment"}',
    );
    expect(signed).toContain('..');
  });

  it('is verified with what it says of itself', () => {
    expect(verifyDetached(signed, BODY, verifier)).toEqual({
      kind: 'verified',
      keyId: '1555570302',
      headers: HEADERS,
    });
  });

  it.each<[string, string, Uint8Array, string]>([
    ['another body', signed, Buffer.from('{}'), 'signature_wrong'],
    ['the body with a blank more', signed, Buffer.from(`${BODY.toString()} `), 'signature_wrong'],
    ['a payload inside', signed.replace('..', `.${BODY.toString('base64url')}.`), BODY, 'malformed'],
    ['no signature', `${header}..`, BODY, 'malformed'],
    ['padding', `${header}..${signature}==`, BODY, 'malformed'],
    ['a fourth part', `${signed}.x`, BODY, 'malformed'],
    ['no JSON', `eHg..${signature}`, BODY, 'malformed'],
    ['another algorithm', withHeader({ alg: 'none' }), BODY, 'wrong_algorithm'],
    ['a shared secret', withHeader({ alg: 'HS256' }), BODY, 'wrong_algorithm'],
    ['another key', withHeader({ kid: 'other' }), BODY, 'key_unknown'],
    ['no key', withHeader({ kid: undefined }), BODY, 'key_unknown'],
    [
      'a header that nobody here understands',
      withHeader({ crit: ['exp'], exp: '1' }),
      BODY,
      'critical_unknown',
    ],
    ['an unencoded payload', withHeader({ b64: false }), BODY, 'critical_unknown'],
    ['a critical header that is not there', withHeader({ 'UPI-UUID': undefined }), BODY, 'malformed'],
    ['one that is named twice', withHeader({ crit: ['UPI-UUID', ...NAMES] }), BODY, 'malformed'],
    ['none that is required', withHeader({ crit: ['UPI-UUID'] }), BODY, 'malformed'],
    ['nothing', '', BODY, 'malformed'],
  ])('is refused with %s', (_name, jws, body, reason) => {
    expect(verifyDetached(jws, body, verifier)).toEqual({ kind: 'refused', reason });
  });

  it('is refused by the key of somebody else', () => {
    const forged = signDetached(BODY, '1555570302', HEADERS, other.privateKey);
    expect(verifyDetached(forged, BODY, verifier)).toEqual({ kind: 'refused', reason: 'signature_wrong' });
  });

  it('is not made by another kind of key', () => {
    const { privateKey: ec } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(() => signDetached(BODY, '1', HEADERS, ec)).toThrow('RSA');
  });
});
