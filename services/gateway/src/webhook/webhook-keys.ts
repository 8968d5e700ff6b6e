import { deriveWebhookKey, type WebhookKey } from '@tonle/security';
import { Recent } from '../http/recent.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';

const KEPT_MAX = 1_000;

/** The keys that sign for endpoints: each has its own, derived from our secret and kept nowhere. */
export class WebhookKeys {
  private readonly derived = new Recent<WebhookKey>(KEPT_MAX);

  constructor(private readonly secret: Uint8Array) {}

  /** The newest first; the one before it as long as both sign. */
  of({ endpointId, keyNumber, previousUntil }: WebhookEndpoint, nowMs: number): WebhookKey[] {
    const both = previousUntil !== null && previousUntil.getTime() > nowMs;
    return [keyNumber, ...(both ? [keyNumber - 1] : [])].map((number) => this.key(`${endpointId} ${number}`));
  }

  private key(name: string): WebhookKey {
    const known = this.derived.get(name);
    if (known !== undefined) return known;
    const key = deriveWebhookKey(this.secret, name);
    this.derived.add(name, key);
    return key;
  }
}
