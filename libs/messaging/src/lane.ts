import { DatabaseUnavailable } from '@tonle/persistence';
import type { Database, Transaction } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import { TryLater } from './delivery.js';
import { AWAY_PAUSE_MS, LanePublisher } from './lane-publisher.js';
import type { LaneCommit, OutboxLane, OutboxSource } from './outbox.js';
import {
  adoptLane,
  advanceLane,
  appendToLane,
  laneState,
  releaseLane,
  takeLane,
  trimOutbox,
} from './outbox.store.js';
import type { LaneRow } from './outbox.store.js';
import { PublishedCursor } from './published-cursor.js';
import type { EventTransport } from './transport.js';

const LEASE_MS = 10_000;
const LANE_NAME = 'main';
const CLOSE_WAIT_MS_MAX = 2_000;
const TRIM_CHUNK = 5_000;
const TRIM_EVERY_MS = 30_000;
/** Published rows kept for people who look; more when there was no idle moment to trim. */
const KEPT_WHEN_IDLE = 10_000n;
const KEPT_WHEN_BUSY = 500_000n;
const BUSY_SHARE_OF_LEASE = 10;

/**
 * The lane is not this process's any more: it must stop and may not commit anything. A fresh start reads it anew, so what
 * was to be committed is for later, and no fault of a message.
 */
export class LaneFenced extends TryLater {
  constructor(lane: string) {
    super(
      `outbox lane ${lane} is not as this process left it: another instance has it, or a lost commit stands`,
    );
    this.name = 'LaneFenced';
  }
}

/** A Platform fits. */
export interface LaneHost {
  readonly database: Database;
  readonly transport: EventTransport;
  /** Process instance, for people who look into the table. */
  readonly instance: string;
  /** Stable over restarts of one process and unique among those that run; default `main`. */
  readonly lane?: string;
  readonly telemetry?: Telemetry;
  /** Called once when the lane is fenced; stops the process. */
  readonly fail?: (error: Error) => void;
}

export interface LaneOptions {
  /** Rows of the caller's own that are outbox rows: commits with `inRows` write them in place of the outbox. */
  readonly source?: OutboxSource;
  readonly leaseMs?: number;
}

/**
 * Leases the lane of this instance, publishes in the background what its predecessor left, and looks after
 * dead lanes. The tables of Outbox1763990000000 and DeadLetters1767000000000 must be there. What is to be published after a crash stands in the outbox and,
 * with `source`, in the caller's own rows.
 */
export async function openLane(host: LaneHost, options: LaneOptions = {}): Promise<OutboxLane> {
  const leaseMs = options.leaseMs ?? LEASE_MS;
  const row = await takeLane(host.database, host.lane ?? LANE_NAME, host.instance, leaseMs);
  return new Lane(host, row, leaseMs, options.source);
}

class Lane implements OutboxLane {
  readonly id: string;
  private readonly host: LaneHost;
  private readonly epoch: bigint;
  private readonly leaseMs: number;
  private readonly publisher: LanePublisher;
  private readonly cursor: PublishedCursor;
  private nextSequence: bigint;
  private writtenCursor: bigint;
  private tail: Promise<unknown> = Promise.resolve();
  private lastCommitAt = 0;
  private lastTrimAt = performance.now();
  private adoptFrom = 0;
  private stopped: Error | undefined;
  private closed: Promise<void> | undefined;
  private upkeep: Promise<void> = Promise.resolve();
  private renewal: Promise<void> = Promise.resolve();
  private closing = false;
  private readonly timer: NodeJS.Timeout;
  private readonly unsentSeconds;

  constructor(host: LaneHost, row: LaneRow, leaseMs: number, source: OutboxSource | undefined) {
    this.id = row.id;
    this.host = host;
    this.epoch = row.epoch;
    this.leaseMs = leaseMs;
    this.publisher = new LanePublisher(host, source, () => this.stopped !== undefined);
    this.nextSequence = row.nextSequence;
    this.writtenCursor = row.publishedUpTo;
    this.cursor = new PublishedCursor(row.publishedUpTo);
    if (row.publishedUpTo < row.nextSequence - 1n) {
      this.cursor.track(row.nextSequence - 1n, this.publisher.publishRest(row, row.nextSequence - 1n));
    }
    this.unsentSeconds = host.telemetry?.gauge(
      'tonle_outbox_unsent_oldest_seconds',
      'How long the oldest committed record has waited for the broker',
    );
    this.unsentSeconds?.set(0);
    this.timer = setInterval(() => this.maintain(), leaseMs / 3);
    this.timer.unref();
  }

  commit<T>(work: (transaction: Transaction, firstSequence: bigint) => Promise<LaneCommit<T>>): Promise<T> {
    const turn = this.tail.then(() => this.commitNext(work));
    this.tail = turn.catch(() => undefined);
    return turn;
  }

  published(): Promise<void> {
    return this.cursor.settled();
  }

  unsent(): bigint {
    return this.cursor.unsent;
  }

  unsentMs(): number {
    return this.cursor.waitedMs();
  }

  close(): Promise<void> {
    this.closed ??= this.shut();
    return this.closed;
  }

  private async commitNext<T>(
    work: (transaction: Transaction, firstSequence: bigint) => Promise<LaneCommit<T>>,
  ): Promise<T> {
    if (this.stopped !== undefined) throw this.stopped;
    const first = this.nextSequence;
    const cursor = this.cursor.upTo;
    let committed: LaneCommit<T> | undefined;
    try {
      await this.host.database.transaction(async (transaction) => {
        committed = undefined;
        const made = await work(transaction, first);
        const lane = this.row(first + BigInt(made.records.length), cursor);
        committed = made;
        const own =
          made.inRows === true || made.records.length === 0
            ? await advanceLane(transaction.last, lane, this.leaseMs, first)
            : await appendToLane(transaction.last, lane, this.leaseMs, first, made.records);
        if (!own) throw new LaneFenced(this.id);
      });
    } catch (error) {
      if (error instanceof LaneFenced) this.fence(error);
      // The connection died during COMMIT: the lane's row tells whether it stands.
      const unknown = error instanceof DatabaseUnavailable && error.commitUnknown && committed !== undefined;
      if (!unknown || !(await this.stands(first + BigInt(committed!.records.length)))) throw error;
    }
    return this.afterCommit(committed!, first, cursor);
  }

  private afterCommit<T>(committed: LaneCommit<T>, first: bigint, cursor: bigint): T {
    this.nextSequence = first + BigInt(committed.records.length);
    this.writtenCursor = cursor;
    this.lastCommitAt = performance.now();
    if (committed.records.length > 0)
      this.cursor.track(this.nextSequence - 1n, this.publisher.publish(this.id, committed.records));
    return committed.result;
  }

  /**
   * Whether a commit whose answer was lost is in the database. A commit without records leaves no trace in
   * the lane and counts as not done: its caller does it again.
   */
  private async stands(nextSequence: bigint): Promise<boolean> {
    while (this.stopped === undefined) {
      try {
        const row = await laneState(this.host.database, this.id);
        if (row === undefined || row.epoch !== this.epoch) return this.fence(new LaneFenced(this.id));
        return row.nextSequence === nextSequence && nextSequence !== this.nextSequence;
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable)) throw error;
        await new Promise((done) => setTimeout(done, AWAY_PAUSE_MS));
      }
    }
    throw this.stopped;
  }

  private row(nextSequence: bigint, publishedUpTo: bigint): LaneRow {
    return { id: this.id, epoch: this.epoch, nextSequence, publishedUpTo };
  }

  private fence(error: LaneFenced): never {
    if (this.stopped === undefined) {
      this.stopped = error;
      clearInterval(this.timer);
      this.host.telemetry?.log.fatal({ lane: this.id }, error.message);
      this.host.fail?.(error);
    }
    throw error;
  }

  /** Renewal never waits for adoption, which may last as long as the broker is away. */
  private maintain(): void {
    this.unsentSeconds?.set(this.cursor.waitedMs() / 1_000);
    this.renewal = this.renewal
      .then(() => this.renewWhenIdle())
      .catch((error: unknown) => this.upkeepFailed(error));
    this.upkeep = this.upkeep
      .then(() => this.adopt())
      .then(() => this.trim())
      .catch((error: unknown) => this.upkeepFailed(error));
  }

  private upkeepFailed(error: unknown): void {
    // After an outage every lease has run out: the living renew theirs before anybody adopts.
    this.adoptFrom = performance.now() + this.leaseMs;
    if (error instanceof LaneFenced) return;
    this.host.telemetry?.log.warn({ err: error, lane: this.id }, 'upkeep of the outbox failed');
  }

  /** Writes the cursor and renews the lease when no commit has done so lately. */
  private async renewWhenIdle(): Promise<void> {
    if (this.stopped !== undefined) return;
    const idle = performance.now() - this.lastCommitAt > this.leaseMs / BUSY_SHARE_OF_LEASE;
    if (!idle) return;
    const turn = this.tail.then(async () => {
      if (this.stopped !== undefined) return;
      const cursor = this.cursor.upTo;
      if (
        !(await advanceLane(
          this.host.database,
          this.row(this.nextSequence, cursor),
          this.leaseMs,
          this.nextSequence,
        ))
      )
        this.fence(new LaneFenced(this.id));
      this.writtenCursor = cursor;
    });
    this.tail = turn.catch(() => undefined);
    await turn;
  }

  /**
   * Publishes what a dead instance left; its lane then has nothing more and stays closed. A lane that was slow in renewing its own lease
   * is not dead: it would fence itself.
   */
  private async adopt(): Promise<void> {
    for (;;) {
      if (this.stopped !== undefined || this.closing || performance.now() < this.adoptFrom) return;
      const self = { id: this.id, owner: this.host.instance };
      const dead = await adoptLane(this.host.database, self, this.leaseMs);
      if (dead === undefined) return;
      const last = dead.nextSequence - 1n;
      if (!(await this.publisher.publishRest(dead, last))) return;
      await releaseLane(this.host.database, { ...dead, publishedUpTo: last });
    }
  }

  private async trim(): Promise<void> {
    if (this.stopped !== undefined || performance.now() - this.lastTrimAt < TRIM_EVERY_MS) return;
    this.lastTrimAt = performance.now();
    const idle = performance.now() - this.lastCommitAt > this.leaseMs / BUSY_SHARE_OF_LEASE;
    const below = this.writtenCursor - (idle ? KEPT_WHEN_IDLE : KEPT_WHEN_BUSY);
    while (below > 0n && (await trimOutbox(this.host.database, this.id, below, TRIM_CHUNK)) === TRIM_CHUNK);
  }

  private async shut(): Promise<void> {
    this.closing = true;
    clearInterval(this.timer);
    await this.tail;
    // What the transport does not take now, the next lease publishes.
    await Promise.race([
      Promise.all([this.renewal, this.upkeep, this.published()]),
      new Promise<void>((done) => setTimeout(done, CLOSE_WAIT_MS_MAX).unref()),
    ]);
    const fenced = this.stopped !== undefined;
    this.stopped ??= new TryLater(`outbox lane ${this.id} is closed`);
    if (fenced) return;
    // When the database is away the lease runs out by itself.
    await releaseLane(this.host.database, this.row(this.nextSequence, this.cursor.upTo)).catch(
      () => undefined,
    );
  }
}
