import { createPublicKey, type KeyObject } from 'node:crypto';
import { refusedField, type Refusal } from '@tonle/contracts';
import { algorithmOf, loadRsaPublicKey, publicPem, type KeyEntry } from '@tonle/security';

type KeyAlgorithm = KeyEntry['algorithm'];

const PUBLIC_PEM = '-----BEGIN PUBLIC KEY-----';

/** A public key as it is kept. */
interface PublicKeyRead<A extends KeyAlgorithm> {
  readonly kind: 'read';
  readonly algorithm: A;
  readonly publicKeyPem: string;
}

/** Node.js makes a public key of a private one as well: whoever sends that is told, and it is kept nowhere. */
export function readPublicKey<A extends KeyAlgorithm>(
  pem: string,
  algorithm: (key: KeyObject) => A,
): PublicKeyRead<A> | Refusal {
  const wrong = (message: string) => refusedField('schema_invalid', '/publicKeyPem', message);
  if (pem.includes('PRIVATE KEY'))
    return wrong('This is a private key: keep it to yourself, make a new one, and send its public key.');
  if (!pem.trim().startsWith(PUBLIC_PEM)) return wrong(`A PEM that begins with ${PUBLIC_PEM}.`);
  try {
    const key = createPublicKey(pem);
    return { kind: 'read', algorithm: algorithm(key), publicKeyPem: publicPem(key) };
  } catch (error) {
    return wrong(error instanceof RangeError ? `Here ${error.message}.` : 'The PEM cannot be read.');
  }
}

/** Partners sign with RSA, too, by rules of their own. Throws RangeError for any other key, and below 2048 bits. */
export function partnerAlgorithmOf(key: KeyObject): KeyAlgorithm {
  if (key.asymmetricKeyType !== 'rsa') return algorithmOf(key);
  loadRsaPublicKey(publicPem(key));
  return 'rsa-v1_5-sha256';
}
