import { DirectCalls, InProcessTransport, keepDeadLetters, MemoryState } from '@tonle/messaging';
import { openDatabase, type Database } from '@tonle/persistence';
import { createTelemetry } from '@tonle/telemetry';
import type { Telemetry } from '@tonle/telemetry';
import { DatabaseClock } from './clock.js';
import { openDatabaseConnection } from './connections.js';
import type { Platform, Random } from './platform.js';
import { secureRandom } from './random.js';
import { isSandbox } from './sandbox.js';

const POOL_MAX = 6;

export interface SingleProcessOptions {
  /** One database; each service gets the schema of its name. */
  readonly databaseUrl: string;
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** Stops the process; default: throws out of the event loop. */
  readonly fail?: (error: Error) => void;
  readonly random?: Random;
  /** Default: createTelemetry. */
  readonly telemetryOf?: (service: string) => Telemetry;
  readonly poolMax?: number;
}

export interface SingleProcessPlatforms {
  /** The platform of one service; once for each. */
  platformOf(service: string): Promise<Platform>;
  /** All services have started: events begin to flow. Before, none is lost. */
  ready(): void;
  readonly transport: InProcessTransport;
  /** After the services have closed. */
  close(): Promise<void>;
}

/** Several services in one process: events, calls and shared state in memory, one schema each. */
export function createSingleProcessPlatforms(options: SingleProcessOptions): SingleProcessPlatforms {
  const random = options.random ?? secureRandom();
  const telemetryOf =
    options.telemetryOf ?? ((service: string) => createTelemetry(service, options.settings));
  const processTelemetry = telemetryOf('process');
  const databases = new Map<string, Database>();
  const transport = new InProcessTransport({
    telemetry: processTelemetry,
    held: true,
    lingerMs: lingerOf(options.settings),
    keep: async (letter) => {
      const database = databases.get(letter.group);
      if (database === undefined) throw new Error(`${letter.group} has no database for its dead letters`);
      await keepDeadLetters(database, [letter]);
    },
  });
  const calls = new DirectCalls();
  const shared = new MemoryState();
  const sandbox = isSandbox(options.settings);
  const [open] = sandbox ? [] : openDatabaseConnection(options.databaseUrl);
  if (open !== undefined) throw new Error(open);
  const closers: (() => Promise<void>)[] = [];
  const fail =
    options.fail ??
    ((error: Error) =>
      void setImmediate(() => {
        throw error;
      }));
  const platformOf = async (service: string): Promise<Platform> => {
    const telemetry = telemetryOf(service);
    const database = await openDatabase({
      url: options.databaseUrl,
      schema: schemaOf(service),
      service,
      poolMax: options.poolMax ?? POOL_MAX,
      unit: () => random.unit(),
      report: (event, error) => telemetry.log.warn({ err: error }, event),
    });
    databases.set(service, database);
    const clock = new DatabaseClock(database, sandbox ? shared : undefined, telemetry);
    await clock.start();
    closers.push(async () => {
      await clock.close();
      await database.close();
      await telemetry.close();
    });
    const instance = instanceOf(service, random);
    return {
      service,
      instance,
      lane: 'main',
      fail,
      settings: options.settings,
      clock,
      random,
      telemetry,
      transport,
      calls,
      shared,
      database,
    };
  };
  return {
    platformOf,
    ready: () => transport.release(),
    transport,
    close: async () => {
      await transport.close();
      await calls.close();
      await shared.close();
      await Promise.all(closers.map((close) => close()));
      await processTelemetry.close();
    },
  };
}

/** The schema of a service where all share one database: its name, which needs no quotes in SQL. */
export function schemaOf(service: string): string {
  return service.replaceAll('-', '_');
}

/** A name that no other process has, for lanes and consumers. */
export function instanceOf(service: string, random: Random): string {
  return `${service}-${Buffer.from(random.bytes(3)).toString('hex')}`;
}

/** TONLE_LINGER_MS: how long events wait for company under load; 0 never. */
function lingerOf(settings: Readonly<Record<string, string | undefined>>): number | undefined {
  const text = settings['TONLE_LINGER_MS'];
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,3}$/.test(text))
    throw new Error(`TONLE_LINGER_MS must be a number of milliseconds below 1000, not ${text}`);
  return Number(text);
}
