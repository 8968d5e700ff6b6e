import { createPrivateKey, createPublicKey } from 'node:crypto';
import { bodyTrouble, signBody } from '@tonle/network';
import { compare, type Disagreement } from './suite.js';
import type { VectorKeys } from './unionpay-vectors.js';

/**
 * A signature inside of a JSON body: what we see otherwise than a vector says. Both alphabets are read, ours is written.
 * Undefined when it is none of these.
 */
export function runBodySignature(
  file: string,
  vector: Readonly<Record<string, unknown>> & { readonly id: string },
  keys: VectorKeys,
): readonly Disagreement[] | undefined {
  const { id, scheme, key, params, verified = true, signatureBase64, signatureBase64Url } = vector;
  const { publicSpkiPem, privatePkcs8Pem } = keys[String(key)] ?? {};
  if (!/body signature/i.test(String(scheme)) || publicSpkiPem === undefined || typeof params !== 'object')
    return undefined;
  const publicKey = createPublicKey(publicSpkiPem);
  const isGood = (Signature: unknown) =>
    bodyTrouble(Buffer.from(JSON.stringify({ ...params, Signature })), [publicKey]) === undefined;
  const disagreements = [signatureBase64, signatureBase64Url]
    .filter((signature) => signature !== undefined)
    .flatMap((signature) => compare(file, id, verified, isGood(signature), 'verified'));
  if (verified !== true || privatePkcs8Pem === undefined) return disagreements;
  const signed = signBody(Buffer.from(JSON.stringify(params)), createPrivateKey(privatePkcs8Pem));
  const { Signature } = JSON.parse(Buffer.from(signed).toString()) as { Signature: string };
  return [...disagreements, ...compare(file, id, signatureBase64Url, Signature, 'signatureBase64Url')];
}
