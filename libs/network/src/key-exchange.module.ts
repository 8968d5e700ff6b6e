import { Directory } from '@tonle/directory';
import { key, PLATFORM, provideBy } from '@tonle/http';
import { Service } from '@tonle/platform';
import { EvidenceLog } from '@tonle/door';
import { KeyExchanger, type KeyExchange } from './key-exchange.js';
import type { NetworkTuning } from './leg.service.js';
import { OpenWires } from './open-wires.js';

/** Keys are told soon after the start, when the directory is there, and from then on by the hour. */
const FIRST_MS = 5_000;
const EVERY_MS = 3_600_000;

/** Undefined: the network exchanges no keys by message. */
export const KEYS = key<KeyExchanger | undefined>('KeyExchanger');

/** The job that exchanges keys, for a network that does. */
export function keyExchangeProvider(
  network: string,
  exchange: KeyExchange | undefined,
  { keysFirstMs = FIRST_MS }: NetworkTuning,
) {
  return provideBy(
    KEYS,
    [PLATFORM, OpenWires, EvidenceLog, Directory, Service],
    ({ clock, telemetry }, wires, evidence, directory, service) => {
      if (exchange === undefined) return undefined;
      const keys = new KeyExchanger({ network, exchange, wires, evidence, directory, clock, telemetry });
      service.job('exchange-keys', EVERY_MS, () => keys.run(), { firstAfterMs: keysFirstMs });
      return keys;
    },
  );
}
