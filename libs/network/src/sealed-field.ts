import type { KeyObject } from 'node:crypto';
import { decryptJwe, loadRsaPrivateKey } from '@tonle/security';

/** Reads a field that the network has encrypted for us; undefined for whatever cannot be read. */
export type ReadSealed = (text: string) => string | undefined;

/** Reads JWE fields by our keys: id of the certificate -> PEM file, several while they rotate. Throws when one is no RSA key. */
export function sealedFields(keyPaths: Readonly<Record<string, string>>): ReadSealed {
  const keys = new Map<string, KeyObject>(
    Object.entries(keyPaths).map(([keyId, path]) => [keyId, loadRsaPrivateKey(path)]),
  );
  return (text) => decryptJwe(text, (keyId) => keys.get(keyId))?.toString('utf8');
}
