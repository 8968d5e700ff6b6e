import { TryLater, type LaneCommit, type OutboxLane } from '@tonle/messaging';
import { sqlState, type Transaction } from '@tonle/persistence';
import type { Clock, Random } from '@tonle/platform';
import type { CurrentDirectory } from '../directory/current-directory.js';
import type { Directory } from '@tonle/directory';
import { CounterRace } from '../limit/counter.store.js';
import type { Screening } from '../screening/screening.js';
import { WindowAlreadyDrained } from '../window/window.store.js';
import type { BatchNeeds, BatchStore } from './batch.store.js';
import { PaymentBatch } from './payment-batch.js';
import type { Payment } from './payment.js';
import { PaymentRace } from './payment.store.js';

const ATTEMPTS_MAX = 6;
const UNIQUE_VIOLATION = '23505';

interface CommitPlatform {
  readonly clock: Clock;
  readonly random: Random;
}

/** Undoes the transaction of a rehearsal. */
class Rehearsed extends Error {}

/** What a commit needs besides the payments that it loads. */
export interface CommitNeeds extends BatchNeeds {
  /** Statements of the caller's own in the same transaction, after the batch's. */
  readonly also?: (transaction: Transaction, nowMs: number) => Promise<void>;
}

/** Locks and reads the payments of a batch. */
type Load = (transaction: Transaction, nowMs: number) => Promise<Payment[]>;
type Decide<T> = (batch: PaymentBatch) => T;

/** One commit for a batch: lock, decide in memory, write the set; the records leave by the lane's outbox. */
export class PaymentCommit {
  private floorMs: number;
  private postedMs: number;

  /**
   * `drainedUpToMs`: completions are never stamped before what the lane has declared drained (decisions 15). `sealedUpToMs`:
   * nor is anything posted before what any lane has sealed.
   */
  constructor(
    readonly lane: OutboxLane,
    private readonly batches: BatchStore,
    private readonly directory: CurrentDirectory,
    private readonly screening: Screening,
    private readonly platform: CommitPlatform,
    marks: { readonly drainedUpToMs: number; readonly sealedUpToMs: number },
  ) {
    this.floorMs = marks.drainedUpToMs;
    this.postedMs = marks.sealedUpToMs;
  }

  nowMs(): number {
    return this.platform.clock.now();
  }

  /** Now, as this lane stamps completions: never before a cut-off that it has declared drained. */
  completionMs(): number {
    return Math.max(this.nowMs(), this.floorMs);
  }

  /** Now, as this lane stamps what it posts: never before an instant that it has sealed, whatever the clock does. */
  postingMs(): number {
    return Math.max(this.nowMs(), this.postedMs);
  }

  /** From here on nothing is posted earlier. */
  raisePosting(ms: number): void {
    this.postedMs = Math.max(this.postedMs, ms);
  }

  /** From here on nothing is stamped earlier. */
  raiseFloor(ms: number): void {
    this.floorMs = Math.max(this.floorMs, ms);
  }

  /** Decides again on fresh rows when another instance was faster; the last failure is the caller's. */
  run<T>(load: Load, needs: CommitNeeds, decide: Decide<T>): Promise<T> {
    return this.raced((transaction) => this.within(transaction, load, needs, decide));
  }

  /** A batch inside of a commit that `raced` has opened. */
  async within<T>(
    transaction: Transaction,
    load: Load,
    needs: CommitNeeds,
    decide: Decide<T>,
  ): Promise<LaneCommit<T>> {
    const nowMs = this.postingMs();
    const at = { directory: this.directory.get(), nowMs };
    const batch = await this.open(transaction, load(transaction, nowMs), needs, at);
    const result = decide(batch);
    batch.postFunds();
    await this.batches.write(transaction, batch);
    await needs.also?.(transaction, nowMs);
    return { result, records: batch.writes.records };
  }

  /** One commit of the lane, done again on fresh rows when another instance was faster. */
  async raced<T>(work: (transaction: Transaction) => Promise<LaneCommit<T>>): Promise<T> {
    await this.directory.refreshed();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.lane.commit(work);
      } catch (error) {
        if (!isRace(error)) throw error;
        if (attempt >= ATTEMPTS_MAX)
          throw sqlState(error) === UNIQUE_VIOLATION
            ? error
            : new TryLater('the batch was raced too often', { cause: error });
      }
    }
  }

  /** What `run` would come to now: decided and written, and then undone. Rejects as it would. */
  async rehearse<T>(load: Load, needs: BatchNeeds, decide: Decide<T>): Promise<T> {
    const directory = await this.directory.refreshed();
    let result: { readonly of: T } | undefined;
    const undone = this.lane.commit<never>(async (transaction) => {
      const nowMs = this.postingMs();
      const batch = await this.open(transaction, load(transaction, nowMs), needs, { directory, nowMs });
      result = { of: decide(batch) };
      batch.postFunds();
      await this.batches.write(transaction, batch);
      throw new Rehearsed();
    });
    await undone.catch((error: unknown) => {
      if (!(error instanceof Rehearsed)) throw error;
    });
    return result!.of;
  }

  private async open(
    transaction: Transaction,
    locked: Promise<readonly Payment[]>,
    needs: BatchNeeds,
    at: { readonly directory: Directory; readonly nowMs: number },
  ): Promise<PaymentBatch> {
    const frame = { ...at, lane: this.lane.id };
    return new PaymentBatch({
      ...frame,
      ...(await this.batches.load(transaction, locked, needs, frame)),
      completionMs: Math.max(at.nowMs, this.floorMs),
      screening: this.screening,
      newId: () => this.platform.random.id(at.nowMs),
    });
  }
}

function isRace(error: unknown): boolean {
  return (
    error instanceof PaymentRace ||
    error instanceof CounterRace ||
    error instanceof WindowAlreadyDrained ||
    sqlState(error) === UNIQUE_VIOLATION
  );
}
