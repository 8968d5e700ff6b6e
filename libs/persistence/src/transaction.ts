import type { PoolClient, QueryResult } from 'pg';
import type { Queryable, Row, Transaction, TransactionOptions } from './database.js';
import { isConnectionLoss } from './unavailable.js';

type Ask = <R extends object>(client: PoolClient, text: string, values?: readonly unknown[]) => Promise<R[]>;

/**
 * One transaction on a pipelined connection. BEGIN travels with the first statement and COMMIT with the last:
 * on a busy machine each round trip costs both processes a wait for a core.
 */
export class OpenTransaction implements Transaction {
  readonly last: Queryable = { query: (text, values) => this.finish(text, values) };
  private begun: Promise<unknown> | undefined;
  private ended: Promise<QueryResult> | undefined;

  constructor(
    private readonly client: PoolClient,
    private readonly ask: Ask,
    private readonly isolation: TransactionOptions['isolation'],
    private readonly now?: () => number,
  ) {}

  query<R extends object = Row>(text: string, values?: readonly unknown[]): Promise<R[]> {
    if (this.ended !== undefined) return Promise.reject(new Error('the transaction has finished'));
    this.gather();
    if (this.begun === undefined) {
      this.begun = this.client.query(this.opening());
      // Its connection broke: the statement behind it says so.
      this.begun.catch(() => undefined);
    }
    return this.ask<R>(this.client, text, values);
  }

  /** Was COMMIT sent? Then nobody knows how it went when the connection breaks. */
  get finished(): boolean {
    return this.ended !== undefined;
  }

  /** Rejects when the server has rolled back instead. */
  async commit(): Promise<void> {
    if (this.begun === undefined) return;
    this.ended ??= this.client.query('COMMIT');
    const { command } = await this.ended;
    // The server answers ROLLBACK to the COMMIT of a transaction whose error somebody has swallowed.
    if (command !== 'COMMIT')
      throw new Error('A statement of this transaction failed and its error was ignored');
  }

  /** After a failure; resolves to whether the connection is of no more use. */
  async rollback(error: unknown): Promise<boolean> {
    if (isConnectionLoss(error)) return true;
    if (this.begun === undefined) return false;
    try {
      await (this.ended ?? this.client.query('ROLLBACK'));
      return false;
    } catch {
      return true;
    }
  }

  private opening(): string {
    const begin =
      this.isolation === undefined ? 'BEGIN' : `BEGIN ISOLATION LEVEL ${this.isolation.toUpperCase()}`;
    return this.now === undefined
      ? begin
      : `${begin}; SET LOCAL tonle.now = '${new Date(this.now()).toISOString()}'`;
  }

  private finish<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]> {
    const rows = this.query<R>(text, values);
    this.ended ??= this.client.query('COMMIT');
    // Asked for by `commit`, when the rows have come.
    this.ended.catch(() => undefined);
    return rows;
  }

  /** What is asked in one turn leaves in one write. */
  private gather(): void {
    const { stream } = (
      this.client as unknown as { connection: { stream: { cork(): void; uncork(): void } } }
    ).connection;
    stream.cork();
    process.nextTick(() => stream.uncork());
  }
}
