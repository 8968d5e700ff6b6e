import { verify, type KeyObject } from 'node:crypto';
import {
  decryptJwe,
  encryptJwe,
  loadRsaPrivateKey,
  loadRsaPublicKey,
  parameterText,
  signDetached,
  signParameters,
  verifyDetached,
  verifyParameters,
  type CriticalHeaders,
  type SignedParameters,
} from '@tonle/security';
import { compare, type Disagreement } from './suite.js';

// UnionPay's vectors, as the adapter signs and reads: ACP parameters, UPI-JWS, JWE fields. Whatever has a private key is
// signed again too.

/** Keys of the vectors by name. */
export type VectorKeys = Readonly<
  Record<string, { readonly privatePkcs8Pem?: string; readonly publicSpkiPem?: string }>
>;

type Vector = Readonly<Record<string, unknown>>;
type Check = (vector: Vector, keys: VectorKeys) => Readonly<Record<string, unknown>>;

const CHECKS: Readonly<Record<string, Check>> = {
  upacp: checkParameters,
  upijws: checkJws,
  upijwe: checkJwe,
};

/** What we see otherwise than a vector says; undefined when it is not one of UnionPay's. */
export function runUnionPay(
  file: string,
  vector: Vector & { readonly id: string },
  keys: VectorKeys,
): readonly Disagreement[] | undefined {
  const check = CHECKS[/^[a-z]+/.exec(vector.id)?.[0] ?? ''];
  return check === undefined ? undefined : compare(file, vector.id, vector, check(vector, keys));
}

/** Members of the vector as we make them: what it has and we do not is not compared. */
function checkParameters(vector: Vector, keys: VectorKeys): Record<string, unknown> {
  const { params, signature, secureKey, stringToSign, expect } = vector;
  const own = { ...vector };
  if (params === undefined) {
    const text = Buffer.from(String(stringToSign));
    const holds = verify('sha256', text, publicKey(vector, keys), Buffer.from(String(signature), 'base64'));
    return { ...own, expect: holds ? 'ACCEPT' : 'REJECT' };
  }
  const parameters: SignedParameters = { ...(params as SignedParameters), signature: String(signature) };
  const method = parameters['signMethod'];
  if (method === '11' || method === '12') {
    const signer = { method, secret: String(secureKey) } as const;
    // The vectors write the text with the digest of the key behind it.
    own['stringToSign'] = String(stringToSign).startsWith(`${parameterText(parameters)}&`) && stringToSign;
    own['signature'] = signParameters(parameters, signer);
    return { ...own, ...accepted(expect, verifyParameters(parameters, signer)) };
  }
  own['stringToSign'] = parameterText(parameters);
  const [pub, privateKey] = [publicKey(vector, keys), privateKeyOf(vector, keys)];
  if (privateKey !== undefined) own['signature'] = signParameters(parameters, { method: '01', privateKey });
  return { ...own, ...accepted(expect, verifyParameters(parameters, { method: '01', publicKey: pub })) };
}

function checkJws(vector: Vector, keys: VectorKeys): Record<string, unknown> {
  const { protectedHeader, body, headerUpiJws, expect } = vector;
  const { alg, kid, crit, ...headers } = JSON.parse(String(protectedHeader)) as Record<string, unknown>;
  const bytes = Buffer.from(String(body));
  const names = crit as readonly string[];
  const verdict = verifyDetached(String(headerUpiJws), bytes, {
    understood: ['UPI-UUID', 'UPI-TIMESTAMP', 'UPI-APPID', 'UPI-REQPATH'],
    required: names,
    findKey: () => publicKey(vector, keys),
  });
  const privateKey = privateKeyOf(vector, keys);
  const signed =
    privateKey === undefined || expect === 'REJECT'
      ? headerUpiJws
      : signDetached(bytes, String(kid), headers as CriticalHeaders, privateKey);
  return {
    ...vector,
    headerUpiJws: signed,
    ...accepted(expect, verdict.kind === 'verified' && alg === 'RS256'),
  };
}

function checkJwe(vector: Vector, keys: VectorKeys): Record<string, unknown> {
  const { compact, plaintext, cekHex, ivHex, protectedHeader, expect } = vector;
  const privateKey = privateKeyOf(vector, keys);
  const read = decryptJwe(String(compact), () => privateKey)?.toString('utf8');
  if (expect === 'REJECT') return { ...vector, ...accepted(expect, read !== undefined) };
  const { kid } = JSON.parse(String(protectedHeader)) as { kid: string };
  const [cek, iv] = [Buffer.from(String(cekHex), 'hex'), Buffer.from(String(ivHex), 'hex')];
  const own = encryptJwe(Buffer.from(String(plaintext)), kid, publicKey(vector, keys), cek, iv);
  return {
    ...vector,
    plaintext: read,
    compact: withoutKey(own) === withoutKey(String(compact)) ? compact : own,
  };
}

/** The encrypted key differs each time; header, vector, content and tag do not. */
function withoutKey(compact: string): string {
  return compact.split('.').toSpliced(1, 1).join('.');
}

function accepted(expect: unknown, holds: boolean): { expect?: unknown } {
  if (expect === undefined) return holds ? {} : { expect: 'REJECT' };
  return { expect: holds ? 'ACCEPT' : 'REJECT' };
}

function privateKeyOf({ key }: Vector, keys: VectorKeys): KeyObject | undefined {
  const pem = keys[String(key)]?.privatePkcs8Pem;
  return pem === undefined ? undefined : loadRsaPrivateKey(pem);
}

function publicKey({ key }: Vector, keys: VectorKeys): KeyObject {
  const { publicSpkiPem, privatePkcs8Pem } = keys[String(key)] ?? {};
  return loadRsaPublicKey(publicSpkiPem ?? privatePkcs8Pem ?? '');
}
