import type { Clock } from '@tonle/platform';
import type { Database } from '@tonle/persistence';
import { expireQuotes, lockExposures } from './exposure.store.js';

const EXPIRY_TICK_MS = 5_000;
const EXPIRY_BATCH_MAX = 1_000;

/** Takes expired quotes out of the exposure. One run is at most one batch; a full one is followed at once. */
export class QuoteExpiryJob {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly report: (error: unknown) => void,
  ) {}

  start(): void {
    this.#plan(EXPIRY_TICK_MS);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Expires one batch; says how many. */
  async runOnce(): Promise<number> {
    return this.database.transaction(async (transaction) => {
      const nowMs = this.clock.now();
      await lockExposures(transaction, nowMs);
      return expireQuotes(transaction, nowMs, EXPIRY_BATCH_MAX);
    });
  }

  #plan(waitMs: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#tick();
    }, waitMs);
  }

  async #tick(): Promise<void> {
    try {
      const expired = await this.runOnce();
      this.#plan(expired === EXPIRY_BATCH_MAX ? 0 : EXPIRY_TICK_MS);
    } catch (error) {
      this.report(error);
      this.#plan(EXPIRY_TICK_MS);
    }
  }
}
