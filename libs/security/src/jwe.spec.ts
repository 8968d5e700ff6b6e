import { constants, generateKeyPairSync, publicEncrypt, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { decryptJwe, encryptJwe } from './jwe.js';
import { loadRsaPrivateKey, loadRsaPublicKey } from './rsa-key.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const find = (keyId: string): KeyObject | undefined => (keyId === 'K1' ? privateKey : undefined);
const TEXT = Buffer.from('{"pan":"6292603999999999","expiryDate":"3012"}');
const CONTENT_KEY = Buffer.from(Array.from({ length: 32 }, (_, at) => at));
const IV = Buffer.alloc(16, 0xa0);
const good = encryptJwe(TEXT, 'K1', publicKey, CONTENT_KEY, IV);

/** The same message around a block of 256 bytes that we make ourselves. */
function withBlock(change: (block: Buffer) => void): string {
  const block = Buffer.alloc(256, 0xaa);
  block[0] = 0;
  block[1] = 2;
  block[256 - 33] = 0;
  CONTENT_KEY.copy(block, 256 - 32);
  change(block);
  const key = publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, block);
  return replacePart(1, key.toString('base64url'));
}

function replacePart(index: number, part: string): string {
  return good.split('.').with(index, part).join('.');
}

function withHeader(change: object): string {
  const header = { alg: 'RSA1_5', enc: 'A128CBC-HS256', kid: 'K1', ...change };
  return replacePart(0, Buffer.from(JSON.stringify(header)).toString('base64url'));
}

describe('a JWE by RSA1_5 and A128CBC-HS256', () => {
  it('is read by who has the key', () => {
    expect(decryptJwe(good, find)?.toString()).toBe(TEXT.toString());
    expect(decryptJwe(encryptJwe(TEXT, 'K1', publicKey), find)?.toString()).toBe(TEXT.toString());
    expect(
      decryptJwe(
        withBlock(() => undefined),
        find,
      )?.toString(),
    ).toBe(TEXT.toString());
  });

  it.each<[string, (block: Buffer) => void]>([
    ['that does not begin with 0', (block) => (block[0] = 1)],
    ['of type 1', (block) => (block[1] = 1)],
    ['with a 0 in its padding', (block) => (block[9] = 0)],
    ['with a 0 just before its end', (block) => (block[256 - 34] = 0)],
    ['without an end', (block) => (block[256 - 33] = 1)],
    ['with another key', (block) => (block[255]! ^= 1)],
  ])('says nothing about a block %s', (_name, change) => {
    expect(decryptJwe(withBlock(change), find)).toBeUndefined();
  });

  it.each([
    ['another algorithm', withHeader({ alg: 'RSA-OAEP' })],
    ['another encryption', withHeader({ enc: 'A256GCM' })],
    ['an unknown key', withHeader({ kid: 'K2' })],
    ['a changed header, which the tag covers', withHeader({ typ: 'JOSE' })],
    ['critical headers', withHeader({ crit: ['exp'] })],
    ['compression', withHeader({ zip: 'DEF' })],
    ['another vector', replacePart(2, Buffer.alloc(16).toString('base64url'))],
    ['a short vector', replacePart(2, 'AAAA')],
    ['another tag', replacePart(4, Buffer.alloc(16).toString('base64url'))],
    ['a short tag', replacePart(4, 'AAAA')],
    ['other content', replacePart(3, Buffer.alloc(48).toString('base64url'))],
    ['a short key', replacePart(1, 'AAAA')],
    ['a key above the modulus', replacePart(1, Buffer.alloc(256, 0xff).toString('base64url'))],
    ['four parts', good.slice(0, good.lastIndexOf('.'))],
    ['nothing', ''],
  ])('says the same with %s', (_name, compact) => {
    expect(decryptJwe(compact, find)).toBeUndefined();
  });

  it('takes a random key for a wrong block, so that no answer depends on what it holds', () => {
    const zeros = Buffer.alloc(32);
    const block = Buffer.alloc(256, 0);
    const encrypted = publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, block);
    const made = encryptJwe(TEXT, 'K1', publicKey, zeros, IV).split('.');
    expect(decryptJwe(made.with(1, encrypted.toString('base64url')).join('.'), find)).toBeUndefined();
  });
});

describe('RSA keys of partners', () => {
  const pem = (key: KeyObject, type: 'pkcs8' | 'spki') => key.export({ type, format: 'pem' }).toString();

  it('are read from PEM', () => {
    expect(loadRsaPrivateKey(pem(privateKey, 'pkcs8')).asymmetricKeyType).toBe('rsa');
    expect(loadRsaPublicKey(pem(publicKey, 'spki')).asymmetricKeyType).toBe('rsa');
  });

  it('are refused when they are short, or none', () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(() => loadRsaPrivateKey(pem(short.privateKey, 'pkcs8'))).toThrow('2048');
    expect(() => loadRsaPublicKey(pem(ec.publicKey, 'spki'))).toThrow('RSA');
  });
});
