import { hostname } from 'node:os';
import {
  allTopics,
  ensureTopics,
  HttpCalls,
  inboxTopic,
  keepDeadLetters,
  KafkaTransport,
  RedisState,
} from '@tonle/messaging';
import { createTelemetry } from '@tonle/telemetry';
import { DatabaseClock } from './clock.js';
import { kafkaAccess, redisAuthority } from './connections.js';
import {
  readEnvironment,
  readServiceKeys,
  urlOf,
  type Environment,
  type GivenSettings,
} from './environment.settings.js';
import { startInternalServer, type InternalServer } from './internal-server.js';
import type { Platform, RunningService } from './platform.js';
import { sandboxTimeOf } from './sandbox.js';
import { secureRandom } from './random.js';
import { openServiceDatabase } from './service-database.js';
import { instanceOf } from './single-process.js';

/** What a service that runs alone stands on. */
export interface OwnProcess {
  readonly platform: Platform;
  readonly internal: InternalServer;
  /** From now on it says that it is ready, and what is wanting. */
  markReady(running: RunningService): void;
  /** After the service has closed. */
  close(): Promise<void>;
}

/**
 * A service in a process of its own: database, Kafka, Redis and the internal listener, as its settings say. Throws a
 * ConfigurationError for a setting. `fail` ends the process.
 */
export async function openOwnProcess(
  service: string,
  given: GivenSettings,
  fail: (error: Error) => void,
): Promise<OwnProcess> {
  const settings = readEnvironment(given);
  const keys = readServiceKeys(service, settings.TONLE_SERVICE_KEYS_FILE);
  const random = secureRandom();
  const telemetry = createTelemetry(service, given);
  const lane = settings.TONLE_LANE ?? hostname();
  const clientId = `${service}-${lane}`;
  const kafka = { brokers: settings.TONLE_KAFKA_BROKERS, clientId, access: kafkaAccess(settings), telemetry };
  const [database] = await Promise.all([
    openServiceDatabase(
      { service, random, telemetry },
      {
        url: settings.TONLE_DATABASE_URL,
        poolMax: settings.TONLE_DATABASE_POOL,
        schema: settings.TONLE_DATABASE_SCHEMA,
      },
    ),
    ensureTopics({
      ...kafka,
      topics: [...new Set([...allTopics(), inboxTopic(service)])],
      partitions: settings.TONLE_KAFKA_PARTITIONS,
      replicationFactor: settings.TONLE_KAFKA_REPLICATION,
    }),
  ]);
  const shared = new RedisState(settings.TONLE_REDIS_URL, telemetry, redisAuthority(settings));
  const clock = new DatabaseClock(database, sandboxTimeOf(given), telemetry);
  await clock.start();
  const transport = new KafkaTransport({
    ...kafka,
    keys,
    keep: (letter) => keepDeadLetters(database, [letter]),
  });
  const calls = new HttpCalls({ keys, urlOf, now: () => clock.unshifted(), telemetry });
  const made = { service, lane, fail, clock, random, telemetry, transport, calls, shared, database };
  const platform = { ...made, instance: instanceOf(service, random), settings: given };
  const { internal, markReady } = await listenInside(platform, calls, settings);
  const inOrder = [transport, internal, calls, clock, shared, database, telemetry];
  const close = async (): Promise<void> => {
    for (const part of inOrder) await part.close();
  };
  return { platform, internal, markReady, close };
}

/** Calls, health and metrics are there from the beginning, so that a start can be watched. */
async function listenInside(
  platform: Platform,
  calls: HttpCalls,
  settings: Environment,
): Promise<Pick<OwnProcess, 'internal' | 'markReady'>> {
  let running: RunningService | undefined;
  const internal = await startInternalServer(platform, calls, {
    port: settings.TONLE_INTERNAL_PORT,
    host: settings.TONLE_INTERNAL_HOST,
    isReady: () => running !== undefined,
    impaired: () => running?.impaired?.() ?? [],
  });
  return { internal, markReady: (service) => void (running = service) };
}
