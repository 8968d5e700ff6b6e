import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { loadPrivateKey } from './signing-key.js';

// Ed25519 (RFC 8032) over the bytes of a manifest: the same manifest always has the same signature, and OpenSSL checks it too.

/** Reads the private key that signs manifests: PEM, or the path of one. Throws RangeError for another kind of key. */
export function loadManifestKey(pemOrPath: string): KeyObject {
  return ed25519(loadPrivateKey(pemOrPath));
}

/** The public key of one, of PEM alone: the text may come from a stranger. Throws for what is none. */
export function manifestPublicKey(pem: string): KeyObject {
  return ed25519(createPublicKey(pem));
}

/** 64 bytes. */
export function signManifest(manifest: Uint8Array, privateKey: KeyObject): Buffer {
  return sign(null, manifest, ed25519(privateKey));
}

/** False for a signature of another key, manifest or form; never throws. */
export function isManifestSigned(manifest: Uint8Array, signature: Uint8Array, publicKey: KeyObject): boolean {
  try {
    return verify(null, manifest, ed25519(publicKey), signature);
  } catch {
    return false;
  }
}

function ed25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'ed25519') throw new RangeError('manifests are signed by Ed25519 keys');
  return key;
}
