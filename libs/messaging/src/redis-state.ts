import { Redis } from 'ioredis';
import type { Telemetry } from '@tonle/telemetry';
import type { SharedState } from './shared-state.js';

const COMMAND_MS_MAX = 200;
/** After a command that got no answer nobody else waits for one, until this is over. */
const AWAY_MS = 2_000;
const CONNECT_MS_MAX = 1_000;
const RETRY_MS_MAX = 1_000;
const CHANNEL_PREFIX = 'tonle/';

// One round trip, and the expiry can never be missing after a crash between two commands.
const INCREMENT_SCRIPT = `
local value = redis.call('INCRBY', KEYS[1], ARGV[1])
if value == tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return value`;

interface WithIncrement {
  tonleIncrement(key: string, by: number, ttlMs: number): Promise<number>;
}

/**
 * Shared state in Redis. A Redis that is away or hangs costs a fifth of a second every two seconds, and never an error:
 * reads give undefined, increments give 0, publications are dropped.
 */
export class RedisState implements SharedState {
  private readonly commands: Redis;
  private readonly subscriber: Redis;
  private readonly telemetry: Telemetry | undefined;
  private readonly listeners = new Map<string, Set<(message: string) => void>>();
  private awayUntil = 0;

  /** `url`: redis://, or rediss:// for TLS, by the authority `ca` (PEM) or those of the system. */
  constructor(url: string, telemetry?: Telemetry, ca?: string) {
    this.telemetry = telemetry;
    const common = {
      connectTimeout: CONNECT_MS_MAX,
      retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 6), RETRY_MS_MAX),
      maxRetriesPerRequest: 0,
      ...(ca !== undefined && { tls: { ca } }),
    };
    this.commands = new Redis(url, {
      ...common,
      commandTimeout: COMMAND_MS_MAX,
      enableOfflineQueue: false,
      enableAutoPipelining: true,
    });
    this.commands.defineCommand('tonleIncrement', { numberOfKeys: 1, lua: INCREMENT_SCRIPT });
    // Subscriptions wait for the connection and are renewed after each reconnection.
    this.subscriber = new Redis(url, { ...common, maxRetriesPerRequest: null, autoResubscribe: true });
    for (const connection of [this.commands, this.subscriber])
      connection.on('error', (error: unknown) => this.lost('connection', error));
    this.subscriber.on('message', (channel: string, message: string) => {
      for (const listener of this.listeners.get(channel) ?? []) listener(message);
    });
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.tried('get', () => this.commands.get(key))) ?? undefined;
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    await this.tried('set', () => this.commands.set(key, value, 'PX', Math.max(1, Math.ceil(ttlMs))));
  }

  async increment(key: string, by: number, ttlMs: number): Promise<number> {
    const commands = this.commands as unknown as WithIncrement;
    return (
      (await this.tried('increment', () =>
        commands.tonleIncrement(key, by, Math.max(1, Math.ceil(ttlMs))),
      )) ?? 0
    );
  }

  async publish(channel: string, message: string): Promise<void> {
    await this.tried('publish', () => this.commands.publish(CHANNEL_PREFIX + channel, message));
  }

  async listen(channel: string, listener: (message: string) => void): Promise<() => Promise<void>> {
    const name = CHANNEL_PREFIX + channel;
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners);
    listeners.add(listener);
    // Without Redis the subscription stands as soon as there is one; nobody waits for that.
    if (listeners.size === 1) {
      const subscribed = this.subscriber
        .subscribe(name)
        .catch((error: unknown) => this.lost('subscribe', error));
      await Promise.race([subscribed, new Promise((done) => setTimeout(done, CONNECT_MS_MAX).unref())]);
    }
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) {
        this.listeners.delete(name);
        void this.subscriber.unsubscribe(name).catch(() => undefined);
      }
      return Promise.resolve();
    };
  }

  close(): Promise<void> {
    this.commands.disconnect();
    this.subscriber.disconnect();
    return Promise.resolve();
  }

  private async tried<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    if (performance.now() < this.awayUntil) return undefined;
    try {
      return await work();
    } catch (error) {
      if (error instanceof Error && error.message === 'Command timed out')
        this.awayUntil = performance.now() + AWAY_MS;
      this.lost(what, error);
      return undefined;
    }
  }

  private lost(what: string, error: unknown): void {
    this.telemetry
      ?.counter('tonle_shared_state_errors_total', 'What Redis could not do', ['what'])
      .inc({ what });
    this.telemetry?.log.debug({ err: error, what }, 'Redis did not answer');
  }
}
