import { hash, sign, timingSafeEqual, verify, type KeyObject } from 'node:crypto';

// Signatures over named parameters, as the ACP gateway of UnionPay has them (versions 5.0.0 and 5.1.0): empty values and
// the signature itself left out, sorted by name, joined without any encoding; what is signed is the hex text of the digest.

export type SignedParameters = Readonly<Record<string, string>>;

/** By a private RSA key (signMethod 01), or by a shared secret and SHA-256 or SM3 (11, 12). */
export type ParameterSigner =
  | { readonly method: '01'; readonly privateKey: KeyObject }
  | { readonly method: '11' | '12'; readonly secret: string };

export type ParameterVerifier =
  | { readonly method: '01'; readonly publicKey: KeyObject }
  | { readonly method: '11' | '12'; readonly secret: string };

const SIGNATURE = 'signature';
const SHARED = { '11': 'sha256', '12': 'sm3' } as const;

/** The text that is signed: `a=1&b=2`. */
export function parameterText(parameters: SignedParameters): string {
  return Object.entries(parameters)
    .filter(([name, value]) => name !== SIGNATURE && value !== '')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** The value of `signature`. The parameters name method, version and, for 01, the certificate already. */
export function signParameters(parameters: SignedParameters, signer: ParameterSigner): string {
  if (signer.method !== '01') return sharedDigest(parameters, signer.method, signer.secret);
  const { digest, text } = digestText(parameters);
  return sign(digest, text, signer.privateKey).toString('base64');
}

/** False for another method than the verifier's, and for whatever else is wrong. Never throws. */
export function verifyParameters(parameters: SignedParameters, verifier: ParameterVerifier): boolean {
  const signature = parameters[SIGNATURE] ?? '';
  if (parameters['signMethod'] !== verifier.method) return false;
  if (verifier.method !== '01') {
    const [given, expected] = [signature, sharedDigest(parameters, verifier.method, verifier.secret)];
    return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
  }
  const { digest, text } = digestText(parameters);
  return verify(digest, text, verifier.publicKey, Buffer.from(signature, 'base64'));
}

/** Version 5.0.0 is the same with SHA-1. */
function digestText(parameters: SignedParameters): {
  readonly digest: 'sha1' | 'sha256';
  readonly text: Buffer;
} {
  const digest = parameters['version'] === '5.0.0' ? 'sha1' : 'sha256';
  return { digest, text: Buffer.from(hash(digest, parameterText(parameters), 'hex')) };
}

function sharedDigest(parameters: SignedParameters, method: '11' | '12', secret: string): string {
  const algorithm = SHARED[method];
  return hash(algorithm, `${parameterText(parameters)}&${hash(algorithm, secret, 'hex')}`, 'hex');
}
