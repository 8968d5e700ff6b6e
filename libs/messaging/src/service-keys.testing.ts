import { ServiceKeys, type ServiceKeyList } from './service-keys.js';

const secretOf = (name: string) => Buffer.from(name.padEnd(32, '.')).toString('hex');

/** A key for each service that tests speak of. */
export const TEST_KEYS: ServiceKeyList = Object.fromEntries(
  ['routing', 'fx', 'gateway', 'settlement', 'adapter-bakong', 'test'].map((name) => [
    name,
    [{ id: 'a', secret: secretOf(name) }],
  ]),
);

export function keysOf(service: string): ServiceKeys {
  return new ServiceKeys(service, TEST_KEYS);
}
