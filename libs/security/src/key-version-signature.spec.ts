import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { keyVersionText, readKeyVersion, signKeyVersion, verifyKeyVersion } from './key-version-signature.js';
import { loadPrivateKey, registerKey, verifyBytes } from './signing-key.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const subject = {
  method: 'POST',
  path: '/aps/api/v1/payments/notifyPushPayment',
  clientId: 'KHSWITCH001',
  time: '2026-11-22T16:30:00+07:00',
};
const body = Buffer.from('{"merchantName":"ហាង \\u00e9"}');
const header = signKeyVersion(subject, body, { privateKey, keyVersion: '2' });
const verifies = (text: string, bytes: Uint8Array = body, about = subject) => {
  const claim = readKeyVersion(text);
  return claim !== undefined && verifyKeyVersion(about, bytes, publicKey, claim.signature);
};

describe('a signature with the version of its key', () => {
  it('covers method, path, client, time and the raw bytes of the body', () => {
    expect(keyVersionText(subject, body).toString()).toBe(
      `POST ${subject.path}\nKHSWITCH001.2026-11-22T16:30:00+07:00.${body.toString()}`,
    );
    expect(readKeyVersion(header)?.keyVersion).toBe('2');
    expect(verifies(header)).toBe(true);
    expect(verifies(header, Buffer.from(JSON.stringify(JSON.parse(body.toString()))))).toBe(false);
    for (const name of ['method', 'path', 'clientId', 'time'] as const)
      expect(verifies(header, body, { ...subject, [name]: `${subject[name]}x` })).toBe(false);
  });

  it.each<[string, (text: string) => string]>([
    ['with blanks after the commas', (text) => text.replaceAll(',', ', ')],
    [
      'with names in other letters',
      (text) => text.replace('keyVersion', 'KEYVERSION').replace('RSA256', 'rsa256'),
    ],
    ['in another order', (text) => text.split(',').reverse().join(',')],
    ['with plain base64, whose padding has the sign that parts a name from its value', decodeURIComponent],
    ['with a part that nobody knows', (text) => `${text},region=SEA`],
  ])('is read %s', (_name, change) => {
    expect(verifies(change(header))).toBe(true);
  });

  it.each<[string, (text: string) => string]>([
    ['with another algorithm', (text) => text.replace('RSA256', 'RSA512')],
    ['without a version', (text) => text.replace('keyVersion=2,', '')],
    ['with a version that is no number', (text) => text.replace('keyVersion=2', 'keyVersion=../2')],
    ['with a part that comes twice', (text) => `${text},keyVersion=2`],
    ['without bytes', (text) => text.replace(/signature=.*/, 'signature=')],
    ['with a percent sign that encodes nothing', (text) => text.replace(/signature=../, 'signature=%G0')],
    ['with characters that are no base64', (text) => text.replace(/signature=../, 'signature=-_')],
    ['with a byte too few', (text) => text.replace(/signature=./, 'signature=')],
    ['longer than any', (text) => text + ' '.repeat(5_000)],
    ['empty', () => ''],
  ])('is none %s', (_name, change) => {
    expect(readKeyVersion(change(header))).toBeUndefined();
  });

  it('of another key, or of other bytes of the same length, is wrong', () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(verifies(signKeyVersion(subject, body, { privateKey: other.privateKey, keyVersion: '2' }))).toBe(
      false,
    );
    expect(verifyKeyVersion(subject, body, publicKey, Buffer.alloc(256))).toBe(false);
    expect(verifyKeyVersion(subject, body, publicKey, Buffer.alloc(3))).toBe(false);
  });
});

it('an RSA key is registered for RSA alone, and signs nothing over HTTP', () => {
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const times = { validFrom: '2026-01-01T00:00:00Z', validTo: '2027-01-01T00:00:00Z' };
  const key = registerKey({ algorithm: 'rsa-v1_5-sha256', publicKeyPem, ...times });
  expect(verifyBytes(key, body, Buffer.alloc(64))).toBe(false);
  expect(() => registerKey({ algorithm: 'ed25519', publicKeyPem, ...times })).toThrow(RangeError);
  expect(() => loadPrivateKey(pem)).toThrow(RangeError);
});
