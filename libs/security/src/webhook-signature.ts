import { createPrivateKey, createPublicKey, hkdfSync, sign, type KeyObject } from 'node:crypto';

// Standard Webhooks 1.0 with asymmetric keys: `v1a` is Ed25519 over `id.timestamp.body`; keys are written `whpk_<base64>`.

const SEED_BYTES = 32;
/** What comes before the seed of an Ed25519 key in PKCS #8 (RFC 8410). */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A key that signs webhooks, with the text that receivers know it by. */
export interface WebhookKey {
  readonly privateKey: KeyObject;
  /** `whpk_` and the 32 bytes of the public key in base64. */
  readonly publicText: string;
}

/** The key of a name, derived from our secret (HKDF, RFC 5869): the same whenever it is needed, so that none is stored. */
export function deriveWebhookKey(secret: Uint8Array, name: string): WebhookKey {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', `tonle webhook ${name}`, SEED_BYTES));
  const der = Buffer.concat([ED25519_PKCS8, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return { privateKey, publicText: `whpk_${spki.subarray(-SEED_BYTES).toString('base64')}` };
}

/** The headers of one attempt; every key signs, so that receivers may change theirs while both do. */
export function signWebhook(
  message: { readonly id: string; readonly atMs: number; readonly body: string },
  keys: readonly WebhookKey[],
): Record<string, string> {
  const timestamp = Math.floor(message.atMs / 1000).toString();
  const signed = Buffer.from(`${message.id}.${timestamp}.${message.body}`);
  const signatures = keys.map(({ privateKey }) => `v1a,${sign(null, signed, privateKey).toString('base64')}`);
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
