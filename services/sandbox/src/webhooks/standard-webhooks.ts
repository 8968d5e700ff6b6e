import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

// Standard Webhooks as a receiver reads them, with nothing of the switch's own code: what verifies here verifies elsewhere.

const TOLERANCE_S = 300;
const KEY = /^whpk_([A-Za-z0-9+/]{43}=)$/;
/** What comes before the 32 bytes of an Ed25519 key in SubjectPublicKeyInfo (RFC 8410). */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** The key of a `whpk_...` text, or undefined when it is none. */
export function webhookKey(text: string): KeyObject | undefined {
  const [, base64] = KEY.exec(text) ?? [];
  if (base64 === undefined) return undefined;
  const der = Buffer.concat([ED25519_SPKI, Buffer.from(base64, 'base64')]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

/** `valid`, or what is wrong with the signature. */
export function checkWebhook(
  headers: IncomingHttpHeaders,
  body: Uint8Array,
  keys: readonly KeyObject[],
  nowMs: number,
): string {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => {
    const value = headers[`webhook-${name}`];
    return typeof value === 'string' ? value : '';
  }) as [string, string, string];
  if (id === '' || id.includes('.')) return 'webhook-id is missing or has a dot';
  if (!/^\d{10}$/.test(timestamp)) return 'webhook-timestamp is no time in seconds';
  if (Math.abs(Math.floor(nowMs / 1000) - Number(timestamp)) > TOLERANCE_S)
    return `webhook-timestamp is more than ${TOLERANCE_S} s away`;
  const given = signatures.split(' ').flatMap((each) => {
    const [version, base64] = each.split(',');
    return version === 'v1a' && base64 !== undefined ? [Buffer.from(base64, 'base64')] : [];
  });
  if (given.length === 0) return 'webhook-signature has no v1a';
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  return keys.some((key) => given.some((signature) => verify(null, signed, key, signature)))
    ? 'valid'
    : 'no signature is one of the keys';
}
