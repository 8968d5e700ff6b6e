import { createPrivateKey, createPublicKey, hash, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

// RSA is what partners ask for; between us and our participants only P-256 and Ed25519 sign (signing-key.ts).

const BITS_MIN = 2048;

/** Reads an RSA private key: a PEM text, or the path of a PEM file. Throws when it is another key, or below 2048 bits. */
export function loadRsaPrivateKey(pemOrPath: string): KeyObject {
  return strongRsa(createPrivateKey(pemOf(pemOrPath)));
}

/** Reads an RSA public key or certificate: a PEM text, or the path of a PEM file. Throws as `loadRsaPrivateKey` does. */
export function loadRsaPublicKey(pemOrPath: string): KeyObject {
  return strongRsa(createPublicKey(pemOf(pemOrPath)));
}

/** The public half of a key as PEM (SubjectPublicKeyInfo). */
export function publicPem(key: KeyObject): string {
  return publicOf(key).export({ type: 'spki', format: 'pem' }).toString();
}

/** SHA-256 of the public half (SubjectPublicKeyInfo), hexadecimal: what people compare by another way. */
export function keyFingerprint(key: KeyObject): string {
  return hash('sha256', publicOf(key).export({ type: 'spki', format: 'der' }), 'hex');
}

function publicOf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key;
}

function strongRsa(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'rsa') throw new RangeError('this is no RSA key');
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < BITS_MIN)
    throw new RangeError(`an RSA key has at least ${BITS_MIN} bits`);
  return key;
}

function pemOf(pemOrPath: string): string {
  return pemOrPath.startsWith('-----BEGIN ') ? pemOrPath : readFileSync(pemOrPath, 'utf8');
}
