import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** As many bytes as HMAC-SHA256 makes of them. */
const SECRET_BYTES_MIN = 32;

const serviceKey = z.object({
  /** Names the key in what it has sealed. */
  id: z.string().regex(/^[A-Za-z0-9-]{1,32}$/, 'letters, digits and hyphens'),
  secret: z
    .hex()
    .refine((text) => text.length >= 2 * SECRET_BYTES_MIN, `at least ${SECRET_BYTES_MIN} bytes, in hex`),
});

/** What services know each other by: the keys of each by its name; it seals with its first, all of them are believed. */
export const serviceKeyList = z.record(z.string(), z.array(serviceKey).min(1));
export type ServiceKeyList = z.infer<typeof serviceKeyList>;

interface Key {
  readonly id: string;
  /** Not bytes: on Node 24 these cost five times as much, 14 us instead of 3 for each seal. */
  readonly secret: KeyObject;
}

/**
 * Seals what a service says to others, and tells whether a seal is that of the service whom it names: HMAC-SHA256 over all
 * parts. Keys rotate with overlap: the next one is listed second everywhere, then first, then the old one goes.
 */
export class ServiceKeys {
  private readonly keys: ReadonlyMap<string, readonly Key[]>;
  private readonly own: Key;

  /** Throws when `service` has no key of its own. */
  constructor(
    readonly service: string,
    list: ServiceKeyList,
  ) {
    this.keys = new Map(
      Object.entries(list).map(([name, keys]) => [
        name,
        keys.map(({ id, secret }) => ({ id, secret: createSecretKey(secret, 'hex') })),
      ]),
    );
    const own = this.keys.get(service)?.[0];
    if (own === undefined) throw new Error(`there is no key of ${service}`);
    this.own = own;
  }

  /** `<key id>:<base64>`. The first part says what for, so that a seal of one kind is none of another. */
  seal(parts: readonly string[]): string {
    return `${this.own.id}:${codeOf(this.own, parts).toString('base64')}`;
  }

  /** Whether `service` has sealed exactly these parts, with a key that counts now. */
  isSealedBy(service: string, parts: readonly string[], seal: string): boolean {
    const colon = seal.indexOf(':');
    const key = this.keys.get(service)?.find(({ id }) => id === seal.slice(0, colon));
    if (key === undefined) return false;
    const given = Buffer.from(seal.slice(colon + 1), 'base64');
    const expected = codeOf(key, parts);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

/** Lengths stand before the parts, so that no two lists of parts are one text. */
function codeOf({ secret }: Key, parts: readonly string[]): Buffer {
  let text = '';
  for (const part of parts) text += `${part.length}:${part}`;
  return createHmac('sha256', secret).update(text).digest();
}
