import {
  fullAfterMs,
  spendFrom,
  type Bucket,
  type BucketLevel,
  type Spending,
  type Spent,
} from './bucket.js';
import type { SharedState } from './shared-state.js';

const SWEEP_EVERY_MS = 10_000;

interface Held {
  value: string;
  until: number;
}

/** Shared state of services that share a process. Channels deliver in a later turn of the event loop. */
export class MemoryState implements SharedState {
  private readonly held = new Map<string, Held>();
  private readonly buckets = new Map<string, BucketLevel & { readonly until: number }>();
  private readonly listeners = new Map<string, Set<(message: string) => void>>();
  private readonly sweeper: NodeJS.Timeout;

  constructor() {
    this.sweeper = setInterval(() => this.sweep(), SWEEP_EVERY_MS);
    this.sweeper.unref();
  }

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.living(key)?.value);
  }

  set(key: string, value: string, ttlMs: number): Promise<void> {
    this.held.set(key, { value, until: performance.now() + ttlMs });
    return Promise.resolve();
  }

  increment(key: string, by: number, ttlMs: number): Promise<number> {
    const living = this.living(key);
    const value = Number(living?.value ?? '0') + by;
    if (living === undefined) this.held.set(key, { value: String(value), until: performance.now() + ttlMs });
    else living.value = String(value);
    return Promise.resolve(value);
  }

  spend(key: string, spending: Spending, bucket: Bucket): Promise<Spent> {
    const atMs = performance.now();
    const spent = spendFrom(this.buckets.get(key), bucket, spending, atMs);
    const { level } = spent;
    this.buckets.set(key, { level, atMs, until: atMs + fullAfterMs(bucket, level) });
    return Promise.resolve(spent);
  }

  publish(channel: string, message: string): Promise<void> {
    for (const listener of this.listeners.get(channel) ?? []) setImmediate(listener, message);
    return Promise.resolve();
  }

  listen(channel: string, listener: (message: string) => void): Promise<() => Promise<void>> {
    const listeners = this.listeners.get(channel) ?? new Set();
    this.listeners.set(channel, listeners);
    listeners.add(listener);
    return Promise.resolve(() => {
      listeners.delete(listener);
      if (listeners.size === 0) this.listeners.delete(channel);
      return Promise.resolve();
    });
  }

  close(): Promise<void> {
    clearInterval(this.sweeper);
    this.held.clear();
    this.buckets.clear();
    this.listeners.clear();
    return Promise.resolve();
  }

  private living(key: string): Held | undefined {
    const held = this.held.get(key);
    if (held === undefined || held.until > performance.now()) return held;
    this.held.delete(key);
    return undefined;
  }

  private sweep(): void {
    const now = performance.now();
    for (const kept of [this.held, this.buckets])
      for (const [key, { until }] of kept) if (until <= now) kept.delete(key);
  }
}
