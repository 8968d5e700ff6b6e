import {
  DirectCalls,
  InProcessTransport,
  keepDeadLetters,
  MemoryState,
  type DeadLetter,
} from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { SandboxTime } from '@tonle/security';
import { createTelemetry } from '@tonle/telemetry';
import type { Telemetry } from '@tonle/telemetry';
import { DatabaseClock } from './clock.js';
import { openDatabaseConnection } from './connections.js';
import type { Platform, Random } from './platform.js';
import { secureRandom } from './random.js';
import { openServiceDatabase } from './service-database.js';
import { isSandbox, sandboxTimeOf } from './sandbox.js';

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

/**
 * Several services in one process: events, calls and shared state in memory, one schema each. Throws for a database that
 * only a sandbox may have.
 */
export function createSingleProcessPlatforms(options: SingleProcessOptions): SingleProcessPlatforms {
  const sandbox = isSandbox(options.settings);
  const [open] = sandbox ? [] : openDatabaseConnection(options.databaseUrl);
  if (open !== undefined) throw new Error(open);
  return new SingleProcess(options, sandboxTimeOf(options.settings));
}

class SingleProcess implements SingleProcessPlatforms {
  readonly transport: InProcessTransport;
  private readonly calls = new DirectCalls();
  private readonly shared = new MemoryState();
  private readonly random: Random;
  private readonly telemetry: Telemetry;
  private readonly databases = new Map<string, Database>();
  private readonly closers: (() => Promise<void>)[] = [];

  constructor(
    private readonly options: SingleProcessOptions,
    private readonly time: SandboxTime | undefined,
  ) {
    this.random = options.random ?? secureRandom();
    this.telemetry = this.telemetryOf('process');
    this.transport = new InProcessTransport({
      telemetry: this.telemetry,
      held: true,
      lingerMs: lingerOf(options.settings),
      keep: (letter) => this.keep(letter),
    });
  }

  async platformOf(service: string): Promise<Platform> {
    const { options, random, transport, calls, shared } = this;
    const telemetry = this.telemetryOf(service);
    const database = await this.openDatabaseOf(service, telemetry);
    const clock = new DatabaseClock(database, this.time, telemetry);
    await clock.start();
    this.closers.push(async () => {
      await clock.close();
      await database.close();
      await telemetry.close();
    });
    return {
      service,
      instance: instanceOf(service, random),
      lane: 'main',
      fail: options.fail ?? breakEventLoop,
      settings: options.settings,
      clock,
      random,
      telemetry,
      transport,
      calls,
      shared,
      database,
    };
  }

  ready(): void {
    this.transport.release();
  }

  async close(): Promise<void> {
    await this.transport.close();
    await this.calls.close();
    await this.shared.close();
    await Promise.all(this.closers.map((close) => close()));
    await this.telemetry.close();
  }

  private telemetryOf(service: string): Telemetry {
    const { telemetryOf, settings } = this.options;
    return telemetryOf === undefined ? createTelemetry(service, settings) : telemetryOf(service);
  }

  private async openDatabaseOf(service: string, telemetry: Telemetry): Promise<Database> {
    const { databaseUrl: url, poolMax = POOL_MAX } = this.options;
    const database = await openServiceDatabase({ service, random: this.random, telemetry }, { url, poolMax });
    this.databases.set(service, database);
    return database;
  }

  private async keep(letter: DeadLetter): Promise<void> {
    const database = this.databases.get(letter.group);
    if (database === undefined) throw new Error(`${letter.group} has no database for its dead letters`);
    await keepDeadLetters(database, [letter]);
  }
}

/** Out of whatever waits for something: nobody may catch it. */
function breakEventLoop(error: Error): void {
  setImmediate(() => {
    throw error;
  });
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
