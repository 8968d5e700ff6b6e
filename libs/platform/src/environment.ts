import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { printable } from '@tonle/contracts';
import {
  allTopics,
  ensureTopics,
  HttpCalls,
  inboxTopic,
  KafkaTransport,
  RedisState,
  serviceKeyList,
  ServiceKeys,
  keepDeadLetters,
  type DeadLetter,
} from '@tonle/messaging';
import { openDatabase } from '@tonle/persistence';
import { createTelemetry } from '@tonle/telemetry';
import { z } from 'zod';
import { DatabaseClock } from './clock.js';
import { connectionShape, kafkaAccess, openConnections, redisAuthority } from './connections.js';
import { endingText } from './ending.js';
import { startInternalServer } from './internal-server.js';
import type { InternalServer } from './internal-server.js';
import type { Platform, RunningService, StartService } from './platform.js';
import { secureRandom } from './random.js';
import { instanceOf, schemaOf } from './single-process.js';

const POOL_MAX = '8';
const STOP_MS_MAX = 25_000;
const EXIT_CODE = { failed: 1, configuration: 2 } as const;

const port = z.coerce.number().int().min(0).max(65_535);

const environment = z.object({
  ...connectionShape,
  TONLE_DATABASE_SCHEMA: z.string().optional(),
  TONLE_DATABASE_POOL: z.coerce.number().int().positive().default(Number(POOL_MAX)),
  TONLE_KAFKA_PARTITIONS: z.coerce.number().int().positive().default(1),
  TONLE_KAFKA_REPLICATION: z.coerce.number().int().positive().default(1),
  /** What services know each other by: see ServiceKeys. */
  TONLE_SERVICE_KEYS_FILE: z.string().min(1),
  TONLE_INTERNAL_PORT: port,
  /** Who may reach the internal listener; loopback unless set. */
  TONLE_INTERNAL_HOST: z.string().default('127.0.0.1'),
  /** Whether this is a sandbox: see isSandbox. */
  TONLE_SANDBOX: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  /** Name of the outbox lane; by default the host, which a container or pod keeps over restarts. */
  TONLE_LANE: z.string().min(1).optional(),
});
type Environment = z.infer<typeof environment>;

class ConfigurationError extends Error {}

interface Opened {
  readonly platform: Platform;
  readonly calls: HttpCalls;
  readonly internal: InternalServer;
  markReady(running: RunningService): void;
  close(): Promise<void>;
}

/**
 * The main of a service that runs alone: reads TONLE_... from the environment, opens database, Kafka, Redis
 * and the internal listener, starts the service, stops it in order on SIGTERM or SIGINT. Ends the process
 * with 1 and one line when something is broken, with 2 when a setting is.
 */
export async function startFromEnvironment(service: string, start: StartService): Promise<void> {
  let opened: Opened | undefined;
  let running: RunningService | undefined;
  let stopping = false;
  const stop = (code: number): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(code === 0 ? EXIT_CODE.failed : code), STOP_MS_MAX).unref();
    void closeAll(running, opened).then(
      () => process.exit(code),
      (error: unknown) => end(service, error, 'did not stop cleanly'),
    );
  };
  process.once('SIGTERM', () => stop(0));
  process.once('SIGINT', () => stop(0));
  process.on('uncaughtException', (error) => end(service, error, 'broke'));
  process.on('unhandledRejection', (error) => end(service, error, 'broke'));
  try {
    opened = await open(service, (error) => end(service, error, 'stops'));
    running = await start(opened.platform);
    opened.markReady(running);
    opened.platform.telemetry.log.info(
      { addresses: { ...running.addresses, internal: opened.internal.url } },
      'started',
    );
  } catch (error) {
    // What a service reads of its settings it reads by a schema.
    const isSetting = error instanceof z.ZodError;
    end(service, isSetting ? new ConfigurationError(faultsOf(error).join('; ')) : error, 'did not start');
  }
}

function end(service: string, error: unknown, what: string): never {
  const debugs = process.env['TONLE_LOG_LEVEL'] === 'debug';
  process.stderr.write(`${printable(`${service} ${what}: ${endingText(error, debugs)}`)}\n`);
  process.exit(error instanceof ConfigurationError ? EXIT_CODE.configuration : EXIT_CODE.failed);
}

function faultsOf({ issues }: z.ZodError): string[] {
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

function readEnvironment(): Environment {
  const parsed = environment.safeParse(process.env);
  const faults = parsed.success
    ? openConnections(parsed.data).filter(() => !parsed.data.TONLE_SANDBOX)
    : faultsOf(parsed.error);
  if (parsed.success && faults.length === 0) return parsed.data;
  throw new ConfigurationError(faults.join('; '));
}

function readServiceKeys(service: string, file: string): ServiceKeys {
  try {
    return new ServiceKeys(service, serviceKeyList.parse(JSON.parse(readFileSync(file, 'utf8'))));
  } catch (cause) {
    const why =
      cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : (cause as Error).message;
    throw new ConfigurationError(`TONLE_SERVICE_KEYS_FILE: ${why}`, { cause });
  }
}

function urlOf(service: string): string | undefined {
  return process.env[`TONLE_URL_${service.toUpperCase().replaceAll('-', '_')}`];
}

async function open(service: string, fail: (error: Error) => void): Promise<Opened> {
  const settings = readEnvironment();
  const keys = readServiceKeys(service, settings.TONLE_SERVICE_KEYS_FILE);
  const random = secureRandom();
  const telemetry = createTelemetry(service, process.env);
  const lane = settings.TONLE_LANE ?? hostname();
  const clientId = `${service}-${lane}`;
  const kafka = { brokers: settings.TONLE_KAFKA_BROKERS, clientId, access: kafkaAccess(settings), telemetry };
  const [database] = await Promise.all([
    openDatabase({
      url: settings.TONLE_DATABASE_URL,
      schema: settings.TONLE_DATABASE_SCHEMA ?? schemaOf(service),
      service,
      poolMax: settings.TONLE_DATABASE_POOL,
      unit: () => random.unit(),
      report: (event, error) => telemetry.log.warn({ err: error }, event),
    }),
    ensureTopics({
      ...kafka,
      topics: [...new Set([...allTopics(), inboxTopic(service)])],
      partitions: settings.TONLE_KAFKA_PARTITIONS,
      replicationFactor: settings.TONLE_KAFKA_REPLICATION,
    }),
  ]);
  const shared = new RedisState(settings.TONLE_REDIS_URL, telemetry, redisAuthority(settings));
  const clock = new DatabaseClock(database, settings.TONLE_SANDBOX ? shared : undefined, telemetry);
  await clock.start();
  const keep = (letter: DeadLetter) => keepDeadLetters(database, [letter]);
  const transport = new KafkaTransport({ ...kafka, keys, keep });
  const calls = new HttpCalls({
    keys,
    urlOf,
    now: () => clock.unshifted(),
    telemetry,
  });
  const instance = instanceOf(service, random);
  const platform: Platform = {
    service,
    instance,
    lane,
    fail,
    settings: process.env,
    clock,
    random,
    telemetry,
    transport,
    calls,
    shared,
    database,
  };
  let running: RunningService | undefined;
  const internal = await startInternalServer(platform, calls, {
    port: settings.TONLE_INTERNAL_PORT,
    host: settings.TONLE_INTERNAL_HOST,
    isReady: () => running !== undefined,
    impaired: () => running?.impaired?.() ?? [],
  });
  return {
    platform,
    calls,
    internal,
    markReady: (service) => {
      running = service;
    },
    close: async () => {
      await transport.close();
      await internal.close();
      await calls.close();
      await clock.close();
      await shared.close();
      await database.close();
      await telemetry.close();
    },
  };
}

async function closeAll(running: RunningService | undefined, opened: Opened | undefined): Promise<void> {
  await running?.close();
  await opened?.close();
}
