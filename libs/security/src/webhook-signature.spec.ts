import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { deriveWebhookKey, signWebhook } from './webhook-signature.js';

const SECRET = Buffer.from('a secret of a test');
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

describe('the signature of a webhook', () => {
  it('is verified with the key as its text has it, over id, second and body', () => {
    const [own, before] = [deriveWebhookKey(SECRET, 'e 2'), deriveWebhookKey(SECRET, 'e 1')];
    const headers = signWebhook({ id: 'evt', atMs: 1_700_000_000_999, body: '{}' }, [own, before]);
    expect(headers).toMatchObject({ 'webhook-id': 'evt', 'webhook-timestamp': '1700000000' });
    const signatures = headers['webhook-signature']!.split(' ').map((each) => each.split(','));
    expect(signatures.map(([version]) => version)).toEqual(['v1a', 'v1a']);
    for (const [index, key] of [own, before].entries()) {
      expect(key.publicText).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
      const raw = Buffer.from(key.publicText.slice('whpk_'.length), 'base64');
      const der = Buffer.concat([ED25519_SPKI, raw]);
      const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
      const signature = Buffer.from(signatures[index]![1]!, 'base64');
      expect(verify(null, Buffer.from('evt.1700000000.{}'), publicKey, signature)).toBe(true);
      expect(verify(null, Buffer.from('evt.1700000001.{}'), publicKey, signature)).toBe(false);
    }
  });

  it('is by a key that is the same whenever it is derived, and another for every name and secret', () => {
    const texts = [
      deriveWebhookKey(SECRET, 'e 1'),
      deriveWebhookKey(SECRET, 'e 2'),
      deriveWebhookKey(Buffer.from('another'), 'e 1'),
    ].map(({ publicText }) => publicText);
    expect(new Set(texts).size).toBe(3);
    expect(deriveWebhookKey(SECRET, 'e 1').publicText).toBe(texts[0]);
  });
});
