import type { SharedState } from '@tonle/messaging';
import { processTimeMs } from '@tonle/persistence';
import type { Database } from '@tonle/persistence';
import type { Clock } from './platform.js';

const MEASURE_EVERY_MS = 10_000;
/** A smaller step back is held until time has caught up; a larger one is a correction and is followed. */
const HELD_STEP_MS_MAX = 2_000;
const OFFSET_KEY = 'tonle:clock:offset-ms';
const OFFSET_CHANNEL = 'tonle.clock';
const OFFSET_TTL_MS = 30 * 24 * 3_600_000;

/** Database time plus the sandbox offset (decisions 7); never goes back by itself. */
export class DatabaseClock implements Clock {
  readonly #database: Database;
  readonly #shared: SharedState;
  #databaseOffsetMs = 0;
  #sandboxOffsetMs = 0;
  #last = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #unlisten: (() => Promise<void>) | undefined;

  constructor(database: Database, shared: SharedState) {
    this.#database = database;
    this.#shared = shared;
  }

  /** Measures once and from then on every ten seconds, and follows the sandbox offset. */
  async start(): Promise<void> {
    await this.measure();
    this.#unlisten = await this.#shared.listen(OFFSET_CHANNEL, (text) => this.#move(text));
    this.#timer = setInterval(() => void this.measure().catch(() => undefined), MEASURE_EVERY_MS);
    this.#timer.unref();
  }

  async measure(): Promise<void> {
    const offset = await this.#database.clockOffsetMs();
    if (this.#databaseOffsetMs - offset > HELD_STEP_MS_MAX) this.#last = Number.NEGATIVE_INFINITY;
    this.#databaseOffsetMs = offset;
    this.#move(await this.#shared.get(OFFSET_KEY));
  }

  now(): number {
    const now = Math.floor(processTimeMs() + this.#databaseOffsetMs + this.#sandboxOffsetMs);
    this.#last = Math.max(now, this.#last);
    return this.#last;
  }

  /** Database time without the sandbox offset: for what is between our own processes. */
  unshifted(): number {
    return Math.floor(processTimeMs() + this.#databaseOffsetMs);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#unlisten?.();
  }

  #move(text: string | undefined): void {
    const offset = Number(text ?? Number.NaN);
    if (!Number.isSafeInteger(offset) || offset === this.#sandboxOffsetMs) return;
    this.#sandboxOffsetMs = offset;
    this.#last = Number.NEGATIVE_INFINITY;
  }
}

/** Moves the clock of every service that shares this state to `offsetMs` ahead of database time. Sandbox only. */
export async function moveSandboxClock(shared: SharedState, offsetMs: number): Promise<void> {
  const text = String(Math.trunc(offsetMs));
  await shared.set(OFFSET_KEY, text, OFFSET_TTL_MS);
  await shared.publish(OFFSET_CHANNEL, text);
}
