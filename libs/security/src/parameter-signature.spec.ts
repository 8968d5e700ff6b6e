import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parameterText, signParameters, verifyParameters } from './parameter-signature.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PARAMETERS = {
  version: '5.1.0',
  transType: '01',
  sysReserved: '{aaa=a&bbb=b}',
  merId: '888888888888888',
  reqReserved: '',
  signMethod: '01',
  certId: '68759663125',
};
const TEXT =
  'certId=68759663125&merId=888888888888888&signMethod=01&sysReserved={aaa=a&bbb=b}&transType=01&version=5.1.0';

describe('a signature over parameters', () => {
  it('is over sorted names, without empty values, the signature and any encoding', () => {
    expect(parameterText({ ...PARAMETERS, signature: 'x' })).toBe(TEXT);
  });

  it('sorts by bytes: capitals first', () => {
    expect(parameterText({ b: '1', a: '2', B: '3' })).toBe('B=3&a=2&b=1');
  });

  it('01 signs the hex text of the digest, not the text', () => {
    const signature = signParameters(PARAMETERS, { method: '01', privateKey });
    expect(signature).toBe(
      sign('sha256', Buffer.from(hash('sha256', TEXT, 'hex')), privateKey).toString('base64'),
    );
    expect(verifyParameters({ ...PARAMETERS, signature }, { method: '01', publicKey })).toBe(true);
    const plain = sign('sha256', Buffer.from(TEXT), privateKey).toString('base64');
    expect(verifyParameters({ ...PARAMETERS, signature: plain }, { method: '01', publicKey })).toBe(false);
  });

  it('01 of version 5.0.0 is by SHA-1', () => {
    const old = { ...PARAMETERS, version: '5.0.0' };
    const signature = signParameters(old, { method: '01', privateKey });
    const digest = hash('sha1', parameterText(old), 'hex');
    expect(signature).toBe(sign('sha1', Buffer.from(digest), privateKey).toString('base64'));
  });

  it('11 and 12 digest the text with the digest of the secret', () => {
    for (const [method, algorithm] of [
      ['11', 'sha256'],
      ['12', 'sm3'],
    ] as const) {
      const shared = { ...PARAMETERS, signMethod: method };
      const signature = signParameters(shared, { method, secret: '' });
      const secret = hash(algorithm, '', 'hex');
      expect(signature).toBe(hash(algorithm, `${parameterText(shared)}&${secret}`, 'hex'));
      expect(verifyParameters({ ...shared, signature }, { method, secret: '' })).toBe(true);
      expect(verifyParameters({ ...shared, signature }, { method, secret: 'other' })).toBe(false);
    }
  });

  it('12 is by SM3: GB/T 32905 example 1', () => {
    expect(hash('sm3', 'abc', 'hex')).toBe(
      '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
    );
  });

  it('is not believed by another method than the one that was agreed on', () => {
    const shared = { ...PARAMETERS, signMethod: '11' };
    const signature = signParameters(shared, { method: '11', secret: 'guessed' });
    expect(verifyParameters({ ...shared, signature }, { method: '01', publicKey })).toBe(false);
  });

  it.each(['', 'AAAA', '%', 'ü'])('is not believed when it is %j', (signature) => {
    expect(verifyParameters({ ...PARAMETERS, signature }, { method: '01', publicKey })).toBe(false);
    const shared = { ...PARAMETERS, signMethod: '11', signature };
    expect(verifyParameters(shared, { method: '11', secret: 's' })).toBe(false);
  });
});
