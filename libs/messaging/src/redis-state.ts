import { Redis } from 'ioredis';
import type { Telemetry } from '@tonle/telemetry';
import type { Bucket, Spending, Spent } from './bucket.js';
import type { SharedState } from './shared-state.js';

const COMMAND_MS_MAX = 200;
/** After a command that got no answer nobody else waits for one, until this is over. */
const AWAY_MS = 2_000;
const CONNECT_MS_MAX = 1_000;
const RETRY_MS_MAX = 1_000;
const CHANNEL_PREFIX = 'tonle/';
const ERRORS = 'tonle_shared_state_errors_total';
const ERRORS_HELP = 'What Redis could not do';
const ERRORS_OF = ['connection', 'get', 'set', 'increment', 'publish', 'subscribe'];

// One round trip, and the expiry can never be missing after a crash between two commands.
const INCREMENT_SCRIPT = `
local value = redis.call('INCRBY', KEYS[1], ARGV[1])
if value == tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return value`;

// spendFrom of bucket.ts, by Redis's clock: one for all instances. Numbers go back as text, else Redis cuts their fractions.
const SPEND_SCRIPT = `
local size, perSecond, cost, anyway = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local kept = redis.call('HMGET', KEYS[1], 'level', 'at')
local level = tonumber(kept[1] or size)
local passed = math.max(0, now - tonumber(kept[2] or now))
level = math.min(size, level + passed * perSecond / 1000)
local taken = anyway or level >= cost
if taken then level = math.max(-size, math.min(size, level - cost)) end
redis.call('HSET', KEYS[1], 'level', string.format('%.9f', level), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((size - level) / perSecond * 1000) + 1000)
return {taken and 1 or 0, string.format('%.9f', level)}`;

interface WithScripts {
  tonleIncrement(key: string, by: number, ttlMs: number): Promise<number>;
  tonleSpend(
    key: string,
    size: number,
    perSecond: number,
    cost: number,
    anyway: number,
  ): Promise<[number, string]>;
}

/**
 * Shared state in Redis. A Redis that is away or hangs costs a fifth of a second every two seconds, and never an error:
 * reads and buckets give undefined, increments give 0, publications are dropped.
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
    telemetry?.counter(
      ERRORS,
      ERRORS_HELP,
      ['what'],
      ERRORS_OF.map((what) => ({ what })),
    );
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
    this.commands.defineCommand('tonleSpend', { numberOfKeys: 1, lua: SPEND_SCRIPT });
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
    const commands = this.commands as unknown as WithScripts;
    return (
      (await this.tried('increment', () =>
        commands.tonleIncrement(key, by, Math.max(1, Math.ceil(ttlMs))),
      )) ?? 0
    );
  }

  async spend(
    key: string,
    { cost, anyway = false }: Spending,
    { size, perSecond }: Bucket,
  ): Promise<Spent | undefined> {
    const commands = this.commands as unknown as WithScripts;
    const spent = await this.tried('spend', () =>
      commands.tonleSpend(key, size, perSecond, cost, anyway ? 1 : 0),
    );
    return spent && { taken: spent[0] === 1, level: Number(spent[1]) };
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

  async check(): Promise<void> {
    await this.commands.ping();
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
    this.telemetry?.counter(ERRORS, ERRORS_HELP, ['what']).inc({ what });
    this.telemetry?.log.debug({ err: error, what }, 'Redis did not answer');
  }
}
