import { sign, verify, type KeyObject } from 'node:crypto';
import { fromBase64Url, readJoseHeader } from './jose-header.js';

// Detached JWS (RFC 7515 appendix F) by RS256 whose own headers are all named in `crit`, as UnionPay International's
// header UPI-JWS has it: `<protected>..<signature>`, signed over `<protected>.<base64url of the body>`.

/** Names after `alg`, `kid` and `crit`, in the order in which they are written. */
export type CriticalHeaders = Readonly<Record<string, string>>;

export type DetachedJws =
  | { readonly kind: 'verified'; readonly keyId: string; readonly headers: CriticalHeaders }
  | { readonly kind: 'refused'; readonly reason: JwsRefusal };

export type JwsRefusal =
  'malformed' | 'wrong_algorithm' | 'critical_unknown' | 'key_unknown' | 'signature_wrong';

/** What a verifier of detached JWS knows. */
export interface JwsVerifier {
  /** Every header that it understands; one that `crit` names and this does not is refused (RFC 7515 4.1.11). */
  readonly understood: readonly string[];
  /** Those that have to be there, and in `crit`. */
  readonly required: readonly string[];
  /** A public RSA key by its id; undefined when none holds now. */
  findKey(keyId: string): KeyObject | undefined;
}

/** Signs a body: the value of the header. `headers` are all critical. Throws for a key that is not RSA. */
export function signDetached(
  body: Uint8Array,
  keyId: string,
  headers: CriticalHeaders,
  privateKey: KeyObject,
): string {
  if (privateKey.asymmetricKeyType !== 'rsa') throw new RangeError('RS256 is signed by an RSA key');
  const header = { alg: 'RS256', kid: keyId, crit: Object.keys(headers), ...headers };
  const protectedPart = Buffer.from(JSON.stringify(header)).toString('base64url');
  const signature = sign('sha256', signingInput(protectedPart, body), privateKey);
  return `${protectedPart}..${signature.toString('base64url')}`;
}

/** Verifies the signature of a body. Refuses, never throws, whatever the header holds. */
export function verifyDetached(jws: string, body: Uint8Array, verifier: JwsVerifier): DetachedJws {
  const [protectedPart = '', payload, signaturePart = '', ...more] = jws.split('.');
  const header = readJoseHeader(protectedPart);
  const signature = fromBase64Url(signaturePart);
  if (header === undefined || signature === undefined || payload !== '' || more.length > 0)
    return refused('malformed');
  const { alg, kid, crit, b64 } = header;
  if (alg !== 'RS256') return refused('wrong_algorithm');
  if (b64 !== undefined) return refused('critical_unknown');
  const headers = criticalOf(header, crit, verifier);
  if (typeof headers === 'string') return refused(headers);
  const key = typeof kid === 'string' ? verifier.findKey(kid) : undefined;
  if (key === undefined || typeof kid !== 'string') return refused('key_unknown');
  return verify('sha256', signingInput(protectedPart, body), key, signature)
    ? { kind: 'verified', keyId: kid, headers }
    : refused('signature_wrong');
}

function criticalOf(
  header: Readonly<Record<string, unknown>>,
  crit: unknown,
  { understood, required }: JwsVerifier,
): CriticalHeaders | JwsRefusal {
  if (!Array.isArray(crit) || new Set(crit).size !== crit.length) return 'malformed';
  const headers: Record<string, string> = {};
  for (const name of crit as readonly unknown[]) {
    if (typeof name !== 'string' || !understood.includes(name)) return 'critical_unknown';
    const value = header[name];
    if (typeof value !== 'string') return 'malformed';
    headers[name] = value;
  }
  return required.every((name) => headers[name] !== undefined) ? headers : 'malformed';
}

function signingInput(protectedPart: string, body: Uint8Array): Buffer {
  return Buffer.from(`${protectedPart}.${Buffer.from(body).toString('base64url')}`);
}

function refused(reason: JwsRefusal): DetachedJws {
  return { kind: 'refused', reason };
}
