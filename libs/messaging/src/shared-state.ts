import type { Bucket, Spending, Spent } from './bucket.js';

/**
 * Port 3 of 3: Redis or memory. Never the only copy of anything; losing it may cost time, not truth. Whoever can write to
 * it can wake and slow down, but has no say in who may do what, nor in what was done once.
 */
export interface SharedState {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Adds and returns the new value; the key vanishes `ttlMs` after its first increment (rate limits, budgets). */
  increment(key: string, by: number, ttlMs: number): Promise<number>;
  /** Takes from a token bucket, or gives back. Undefined when nobody can know: the caller falls back on a bucket of its own. */
  spend(key: string, spending: Spending, bucket: Bucket): Promise<Spent | undefined>;
  /** At most once, to whoever listens now: pokes to waiting callers, console fan-out. */
  publish(channel: string, message: string): Promise<void>;
  listen(channel: string, listener: (message: string) => void): Promise<() => Promise<void>>;
  /** Rejects while what keeps it does not answer. Absent: this process keeps it. */
  check?(): Promise<void>;
  close(): Promise<void>;
}
