import pg from 'pg';
import type { DataSource } from 'typeorm';
import { columnTypes } from './column-types.js';
import { processTimeMs } from './database.js';
import type { Database, OrmOptions, Row, Transaction, TransactionOptions } from './database.js';
import { openOrm } from './orm.js';
import { PreparedNames } from './prepared-names.js';
import { ensureDatabase, ensureSchema, whenReachable } from './provision.js';
import { OpenTransaction } from './transaction.js';
import { classify, isConnectionLoss, isRetryable, storageFault } from './unavailable.js';

const POOL_MAX = 8;
const CONNECT_MS_MAX = 5_000;
const STATEMENT_MS_MAX = 30_000;
const IDLE_MS_MAX = 60_000;
// A cached plan of a table that was small is a bad plan when it has grown: connections are made anew.
const CONNECTION_LIFETIME_S = 60;
const TRANSACTION_ATTEMPTS_MAX = 12;
const BACKOFF_MS = 2;
const BACKOFF_MS_MAX = 200;
const START_WAIT_MS = 30_000;
/** What the server could not keep is a trouble until nothing of the kind was heard for so long. */
const FAULT_MS = 15_000;

export interface OpenDatabaseOptions {
  /** postgres://user:password@host:port/database; the database is made when missing. */
  readonly url: string;
  /** Made when missing; the only one in the search path. */
  readonly schema: string;
  /** Shown as application name. */
  readonly service: string;
  readonly poolMax?: number;
  /** How long to wait for a server that is still starting. */
  readonly startWaitMs?: number;
  /** How long one attempt to get a connection may take, ms. */
  readonly connectMs?: number;
  /** 0 <= value < 1, for jitter between attempts of a transaction. */
  readonly unit?: () => number;
  /** Told when an idle connection broke, a transaction is done again, or a start waits for a connection. */
  readonly report?: (
    event: 'connection_lost' | 'transaction_retried' | 'connection_awaited',
    error: unknown,
  ) => void;
}

/** Opens the pool of one service; makes database and schema when they are missing. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  return whenReachable(options.startWaitMs ?? START_WAIT_MS, async () => {
    await ensureDatabase(options.url);
    await ensureSchema(options.url, options.schema);
    return new PostgresDatabase(options);
  });
}

class PostgresDatabase implements Database {
  readonly schema: string;
  private readonly pool: pg.Pool;
  private readonly names = new PreparedNames();
  private readonly options: OpenDatabaseOptions;
  private source: DataSource | undefined;
  private closed: Promise<void> | undefined;
  private now: (() => number) | undefined;
  /** Of how many works that are patient. */
  private patient = 0;
  private fault: { readonly error: unknown; readonly atMs: number } | undefined;

  constructor(options: OpenDatabaseOptions) {
    this.schema = options.schema;
    this.options = options;
    this.pool = new pg.Pool({
      connectionString: options.url,
      application_name: `tonle-${options.service}`,
      options: `-c search_path=${pg.escapeIdentifier(options.schema)} -c timezone=UTC`,
      max: options.poolMax ?? POOL_MAX,
      connectionTimeoutMillis: options.connectMs ?? CONNECT_MS_MAX,
      idleTimeoutMillis: IDLE_MS_MAX,
      maxLifetimeSeconds: CONNECTION_LIFETIME_S,
      statement_timeout: STATEMENT_MS_MAX,
      query_timeout: STATEMENT_MS_MAX + 1_000,
      idle_in_transaction_session_timeout: STATEMENT_MS_MAX,
      keepAlive: true,
      pipeline: true,
      types: columnTypes,
    });
    this.pool.on('error', (error) => this.options.report?.('connection_lost', error));
    // A connection that breaks between two statements of a transaction must not end the process.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  get orm(): DataSource {
    if (this.source === undefined) throw new Error('openOrm has not been called');
    return this.source;
  }

  async openOrm(options: OrmOptions): Promise<DataSource> {
    if (this.source !== undefined) throw new Error('openOrm was called before');
    this.source = await this.awaited(() => openOrm(this.pool, this.schema, options));
    return this.source;
  }

  tellTime(now: () => number): void {
    this.now = now;
  }

  query<R extends object = Row>(text: string, values?: readonly unknown[]): Promise<R[]> {
    return this.patient === 0 ? this.run<R>(this.pool, text, values) : this.queryPatiently<R>(text, values);
  }

  async patiently<T>(work: () => Promise<T>): Promise<T> {
    this.patient += 1;
    try {
      return await work();
    } finally {
      this.patient -= 1;
    }
  }

  async transaction<T>(
    work: (transaction: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(work, options);
      } catch (error) {
        if (!isRetryable(error) || attempt >= TRANSACTION_ATTEMPTS_MAX) throw error;
        this.options.report?.('transaction_retried', error);
        const pause =
          Math.min(BACKOFF_MS * 2 ** attempt, BACKOFF_MS_MAX) * (0.5 + (this.options.unit?.() ?? 0.5));
        await new Promise((done) => setTimeout(done, pause));
      }
    }
  }

  async check(): Promise<void> {
    await this.query('SELECT 1');
    if (this.fault !== undefined && processTimeMs() - this.fault.atMs < FAULT_MS) throw this.fault.error;
  }

  async clockOffsetMs(): Promise<number> {
    // The first has to connect, perhaps, and half of that would be an error: the fastest answer tells best.
    const asked = [await this.askClock(), await this.askClock(), await this.askClock()];
    return asked.reduce((best, each) => (each.tookMs < best.tookMs ? each : best)).offsetMs;
  }

  private async askClock(): Promise<{ readonly tookMs: number; readonly offsetMs: number }> {
    const before = processTimeMs();
    const [row] = await this.query<{ now: string }>(
      'SELECT EXTRACT(EPOCH FROM clock_timestamp())::text AS now',
    );
    const after = processTimeMs();
    return { tookMs: after - before, offsetMs: Number(row?.now) * 1_000 - (before + after) / 2 };
  }

  close(): Promise<void> {
    this.closed ??= this.closeAll();
    return this.closed;
  }

  private async closeAll(): Promise<void> {
    if (this.source?.isInitialized) await this.source.destroy();
    await this.pool.end();
  }

  private async once<T>(
    work: (transaction: Transaction) => Promise<T>,
    options: TransactionOptions,
  ): Promise<T> {
    const client = await this.connect();
    const transaction = new OpenTransaction(
      client,
      (on, text, values) => this.run(on, text, values),
      options.isolation,
      this.now,
    );
    let broken = false;
    try {
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      broken = await transaction.rollback(error);
      throw this.heard(error, transaction.finished && broken);
    } finally {
      client.release(broken);
    }
  }

  private connect(): Promise<pg.PoolClient> {
    return this.awaited(() => this.pool.connect());
  }

  /** Migrations and connections may be asked for again: nothing is done twice by it. */
  private awaited<T>(ask: () => Promise<T>): Promise<T> {
    const waitMs = this.patient === 0 ? 0 : (this.options.startWaitMs ?? START_WAIT_MS);
    return whenReachable(waitMs, () =>
      ask().catch((error: unknown) => {
        if (this.patient > 0) this.options.report?.('connection_awaited', error);
        throw classify(error);
      }),
    );
  }

  private async queryPatiently<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]> {
    const client = await this.connect();
    let broken = false;
    try {
      return await this.run<R>(client, text, values);
    } catch (error) {
      broken = isConnectionLoss(error);
      throw error;
    } finally {
      client.release(broken);
    }
  }

  private async run<R extends object>(
    on: pg.Pool | pg.PoolClient,
    text: string,
    values?: readonly unknown[],
  ): Promise<R[]> {
    try {
      if (values === undefined) return (await on.query<R>(text)).rows;
      return (await on.query<R>({ name: this.names.nameOf(text), text, values: values as unknown[] })).rows;
    } catch (error) {
      throw this.heard(error);
    }
  }

  private heard(error: unknown, commitUnknown = false): unknown {
    const fault = storageFault(error);
    if (fault !== undefined) this.fault = { error: fault, atMs: processTimeMs() };
    return classify(error, commitUnknown);
  }
}
