import type { SharedState } from '@tonle/messaging';
import { processTimeMs } from '@tonle/persistence';
import type { Database } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import type { Clock } from './platform.js';
import { Schedule } from './schedule.js';

const MEASURE_EVERY_MS = 10_000;
/** An answer that took longer may be of any moment of it: a database that hung would put time forward by seconds. */
const ANSWER_MS_MAX = 1_000;
/** A smaller step back is held until time has caught up; a larger one is a correction and is followed. */
const HELD_STEP_MS_MAX = 2_000;
const OFFSET_KEY = 'tonle:clock:offset-ms';
const OFFSET_CHANNEL = 'tonle.clock';
const OFFSET_TTL_MS = 30 * 24 * 3_600_000;

/**
 * Database time, in a sandbox plus its offset (decisions 7); never goes back by itself. Only a sandbox gives `sandboxState`:
 * elsewhere nobody who reaches the shared state can move time, and with it what has expired.
 */
export class DatabaseClock implements Clock {
  private databaseOffsetMs = 0;
  private sandboxOffsetMs = 0;
  private last = Number.NEGATIVE_INFINITY;
  private unlisten: (() => Promise<void>) | undefined;
  private readonly schedule: Schedule;

  constructor(
    private readonly database: Database,
    private readonly sandboxState: SharedState | undefined,
    telemetry: Telemetry,
  ) {
    this.schedule = new Schedule(telemetry);
    this.schedule.every('measure-clock', MEASURE_EVERY_MS, () => this.measure());
  }

  /** Measures once and from then on every ten seconds, and follows the sandbox offset. */
  async start(): Promise<void> {
    await this.measure(Number.POSITIVE_INFINITY);
    this.unlisten = await this.sandboxState?.listen(OFFSET_CHANNEL, (text) => this.move(text));
    this.schedule.start();
  }

  /** An answer that took longer than `answerMsMax` says nothing. */
  async measure(answerMsMax = ANSWER_MS_MAX): Promise<void> {
    const askedAt = performance.now();
    const offset = await this.database.clockOffsetMs();
    if (performance.now() - askedAt <= answerMsMax) this.follow(offset);
    this.move(await this.sandboxState?.get(OFFSET_KEY));
  }

  now(): number {
    const now = Math.floor(processTimeMs() + this.databaseOffsetMs + this.sandboxOffsetMs);
    this.last = Math.max(now, this.last);
    return this.last;
  }

  /** Database time without the sandbox offset: for what is between our own processes. */
  unshifted(): number {
    return Math.floor(processTimeMs() + this.databaseOffsetMs);
  }

  async close(): Promise<void> {
    await this.schedule.close();
    await this.unlisten?.();
  }

  private follow(offset: number): void {
    if (this.databaseOffsetMs - offset > HELD_STEP_MS_MAX) this.last = Number.NEGATIVE_INFINITY;
    this.databaseOffsetMs = offset;
  }

  private move(text: string | undefined): void {
    const offset = Number(text ?? Number.NaN);
    if (!Number.isSafeInteger(offset) || offset === this.sandboxOffsetMs) return;
    this.sandboxOffsetMs = offset;
    this.last = Number.NEGATIVE_INFINITY;
  }
}

/** Moves the clock of every service that shares this state to `offsetMs` ahead of database time. Sandbox only. */
export async function moveSandboxClock(shared: SharedState, offsetMs: number): Promise<void> {
  const text = String(Math.trunc(offsetMs));
  await shared.set(OFFSET_KEY, text, OFFSET_TTL_MS);
  await shared.publish(OFFSET_CHANNEL, text);
}
