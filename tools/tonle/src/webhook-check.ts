import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const TOLERANCE_S = 300;
const PREFIX = 'whpk_';

/** The key of a `whpk_...` text (Standard Webhooks, Ed25519). */
export function webhookKey(text: string): KeyObject {
  const x = Buffer.from(text.slice(PREFIX.length), 'base64').toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** What is wrong with the signature of a webhook that came now; undefined: nothing. */
export function webhookFault(
  headers: IncomingHttpHeaders,
  body: Buffer,
  keys: readonly KeyObject[],
): string | undefined {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': given } = headers;
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof given !== 'string')
    return 'is not signed';
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) < TOLERANCE_S)) return 'is not of now';
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const signatures = given.split(' ').flatMap((each) => {
    const [version, base64 = ''] = each.split(',');
    return version === 'v1a' ? [Buffer.from(base64, 'base64')] : [];
  });
  const isOurs = signatures.some((signature) => keys.some((key) => verify(null, signed, key, signature)));
  return isOurs ? undefined : 'has a signature of none of the keys';
}
