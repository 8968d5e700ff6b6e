import type { Queryable } from '@tonle/persistence';
import type { OutboundRecord } from './transport.js';

/** A record in the outbox: its place in the lane is its order of commit. */
export interface OutboxEntry {
  readonly sequence: bigint;
  readonly record: OutboundRecord;
}

/**
 * Where a lane finds what it committed but did not yet publish, after a crash: table `outbox`, and for a service
 * whose own rows are outbox rows too (payment requests at a door) those.
 */
export interface OutboxSource {
  unpublished(database: Queryable, lane: string, after: bigint, limit: number): Promise<OutboxEntry[]>;
}

/** What one commit hands to the lane. */
export interface LaneCommit<T> {
  readonly result: T;
  readonly records: readonly OutboundRecord[];
  /** The records stand in rows of the lane's `source` already, under their sequences: the outbox does not repeat them. */
  readonly inRows?: boolean;
}

/**
 * One writer's outbox lane (decisions 4): serial commits, one cursor, leased by an epoch that every
 * commit checks. `commit` runs `work` in a transaction; the records it returns are written to the outbox
 * (or, with `inRows`, must have been written by `work` from the given first sequence on), and are
 * published at once after the commit. The promise resolves after the commit, before publication.
 */
export interface OutboxLane {
  readonly id: string;
  commit<T>(
    work: (
      transaction: import('@tonle/persistence').Transaction,
      firstSequence: bigint,
    ) => Promise<LaneCommit<T>>,
  ): Promise<T>;
  /** Resolves when all that was committed so far has been published. */
  published(): Promise<void>;
  /** How many committed records wait to be published: they are held in memory. */
  unsent(): bigint;
  /** How long the oldest committed record has waited to be published, in milliseconds; 0 when none waits. */
  unsentMs(): number;
  close(): Promise<void>;
}
