import type { DataSource } from 'typeorm';
import type { MigrationClass } from './migration.js';

export type Row = Record<string, unknown>;

/** One SQL statement at a time, on the pool or inside a transaction. bigint columns come back as bigint. */
export interface Queryable {
  /**
   * A statement with `values` is prepared by the server once it comes again and again, so keep its text
   * constant and let only the values vary. Throws DatabaseUnavailable when the server cannot be asked.
   */
  query<R extends object = Row>(text: string, values?: readonly unknown[]): Promise<R[]>;
}

/**
 * Statements that are asked for without waiting for each other travel together; the server carries them out in their order.
 */
export interface Transaction extends Queryable {
  /**
   * For the last statement: COMMIT goes with it, in one round trip. It must fail, not answer, when nothing may be
   * committed.
   */
  readonly last: Queryable;
}

export interface TransactionOptions {
  /** Default: read committed. */
  readonly isolation?: 'repeatable read' | 'serializable';
}

export interface OrmOptions {
  /** Entity classes or schemas. */
  readonly entities?: readonly (new (...args: never[]) => object)[];
  /** Run once each, in the order of the digits in their names. */
  readonly migrations: readonly MigrationClass[];
}

/** The database of one service: its own database, or its own schema in one process. */
export interface Database extends Queryable {
  readonly schema: string;
  /**
   * TypeORM over the same pool: entities, reference data, screens and reports. Not the payment path.
   * Throws before `openOrm`.
   */
  readonly orm: DataSource;
  /** The first thing a service does: opens TypeORM with the service's entities and runs its migrations. */
  openOrm(options: OrmOptions): Promise<DataSource>;
  /**
   * Runs `work` in one transaction; retries it as a whole on serialisation failure and deadlock
   * (40001, 40P01). `work` must be repeatable: no effect outside the database.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * From now on each transaction tells the server the time of this clock, in milliseconds, as `tonle.now` (see `keepPast`). Absent: none does.
   */
  tellTime(now: () => number): void;
  /**
   * Runs `work`, and while it runs whoever asks for a connection and gets none asks again, for half a minute: for a start, which
   * would fail as a whole by one that comes too late. Nothing is asked of the server twice.
   */
  patiently<T>(work: () => Promise<T>): Promise<T>;
  /** Rejects while the server does not answer, or has lately refused to keep something: no space, no memory, read only. */
  check(): Promise<void>;
  /** Milliseconds that database time is ahead of this process's monotonic time (`processTimeMs`). */
  clockOffsetMs(): Promise<number>;
  close(): Promise<void>;
}

/** Epoch milliseconds that never jump: wall time at process start plus the monotonic clock. */
export function processTimeMs(): number {
  return performance.timeOrigin + performance.now();
}
