import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';

export type Row = Record<string, unknown>;

/** One SQL statement at a time, on the pool or inside a transaction. bigint columns come back as bigint. */
export interface Queryable {
  query<R extends object = Row>(text: string, values?: readonly unknown[]): Promise<R[]>;
}

export interface Transaction extends Queryable {
  readonly client: PoolClient;
}

/** The database of one service: its own database, or its own schema in one process. */
export interface Database extends Queryable {
  readonly schema: string;
  /** TypeORM over the same pool: entities, reference data, screens and reports. Not the payment path. */
  readonly orm: DataSource;
  /**
   * Runs `work` in one transaction; retries it as a whole on serialisation failure and deadlock
   * (40001, 40P01). `work` must be repeatable: no effect outside the database.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Milliseconds that database time is ahead of this process. */
  clockOffsetMs(): Promise<number>;
  close(): Promise<void>;
}
