import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isManifestSigned, loadManifestKey, manifestPublicKey, signManifest } from './manifest-signature.js';

const pems = (type: 'ed25519' | 'ec') => {
  const { privateKey, publicKey } =
    type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  return {
    own: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    open: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};
const MANIFEST = Buffer.from('0000  a\n');

describe('the signature of a manifest', () => {
  const { own, open } = pems('ed25519');
  const [privateKey, publicKey] = [loadManifestKey(own), manifestPublicKey(open)];
  const signature = signManifest(MANIFEST, privateKey);

  it('is the same each time, and holds for these bytes and this key alone', () => {
    expect(signManifest(MANIFEST, privateKey)).toEqual(signature);
    expect(isManifestSigned(MANIFEST, signature, publicKey)).toBe(true);
    expect(isManifestSigned(Buffer.from('0000  b\n'), signature, publicKey)).toBe(false);
    const other = manifestPublicKey(pems('ed25519').open);
    expect(isManifestSigned(MANIFEST, signature, other)).toBe(false);
  });

  it('does not hold when a bit of it is another, nor when it is cut off', () => {
    for (const at of [0, 31, 32, 63]) {
      const turned = Buffer.from(signature);
      turned[at]! ^= 1;
      expect(isManifestSigned(MANIFEST, turned, publicKey)).toBe(false);
    }
    expect(isManifestSigned(MANIFEST, signature.subarray(1), publicKey)).toBe(false);
  });

  it('is of no other kind of key', () => {
    const elliptic = pems('ec');
    expect(() => loadManifestKey(elliptic.own)).toThrow('Ed25519');
    expect(() => manifestPublicKey(elliptic.open)).toThrow('Ed25519');
  });
});
