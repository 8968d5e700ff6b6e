import { processTimeMs } from '@tonle/persistence';
import type { Database } from '@tonle/persistence';
import type { SandboxTime } from '@tonle/security';
import type { Telemetry } from '@tonle/telemetry';
import type { Clock } from './platform.js';
import { Schedule } from './schedule.js';

const MEASURE_EVERY_MS = 10_000;
/** An answer that took longer may be of any moment of it: a database that hung would put time forward by seconds. */
const ANSWER_MS_MAX = 1_000;
/** A smaller step back is held until time has caught up; a larger one is a correction and is followed. */
const HELD_STEP_MS_MAX = 2_000;

/**
 * Database time, in a sandbox plus what it is ahead (decisions 7); never goes back by itself. Only a sandbox gives
 * `sandbox`: elsewhere nobody can move time, and with it what has expired.
 */
export class DatabaseClock implements Clock {
  private databaseOffsetMs = 0;
  private last = Number.NEGATIVE_INFINITY;
  private readonly schedule: Schedule;

  constructor(
    private readonly database: Database,
    private readonly sandbox: SandboxTime | undefined,
    telemetry: Telemetry,
  ) {
    this.schedule = new Schedule(telemetry);
    this.schedule.every('measure-clock', MEASURE_EVERY_MS, () => this.measure());
  }

  /** Measures once and from then on every ten seconds. */
  async start(): Promise<void> {
    await this.database.patiently(() => this.measure(Number.POSITIVE_INFINITY));
    this.schedule.start();
  }

  /** An answer that took longer than `answerMsMax` says nothing. */
  async measure(answerMsMax = ANSWER_MS_MAX): Promise<void> {
    const askedAt = performance.now();
    const offset = await this.database.clockOffsetMs();
    if (performance.now() - askedAt <= answerMsMax) this.follow(offset);
  }

  now(): number {
    const now = Math.floor(processTimeMs() + this.databaseOffsetMs + (this.sandbox?.aheadMs() ?? 0));
    this.last = Math.max(now, this.last);
    return this.last;
  }

  /** Database time without what the sandbox is ahead: for what is between our own processes. */
  unshifted(): number {
    return Math.floor(processTimeMs() + this.databaseOffsetMs);
  }

  async close(): Promise<void> {
    await this.schedule.close();
  }

  private follow(offset: number): void {
    if (this.databaseOffsetMs - offset > HELD_STEP_MS_MAX) this.last = Number.NEGATIVE_INFINITY;
    this.databaseOffsetMs = offset;
  }
}
