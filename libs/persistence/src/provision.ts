import pg from 'pg';
import { classify, DatabaseUnavailable, sqlState } from './unavailable.js';

const CONNECT_MS_MAX = 3_000;
const RETRY_PAUSE_MS = 200;
/** What PostgreSQL answers to the later of two makers: database, schema, table, its row type, or its entry in a catalogue. */
const DUPLICATES = new Set(['42P04', '42P06', '42P07', '42710', '23505']);

async function asked(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS_MAX });
  // Without a listener a server that dies now would end this process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await work(client);
  } catch (error) {
    throw classify(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Makes what a statement names; does nothing when somebody else made it in the same moment. */
export async function make(client: Pick<pg.ClientBase, 'query'>, statement: string): Promise<void> {
  try {
    await client.query(statement);
  } catch (error) {
    if (!DUPLICATES.has(sqlState(error) ?? '')) throw error;
  }
}

/** Makes the database that `url` names when the server has none of that name. */
export async function ensureDatabase(url: string): Promise<void> {
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  const present = await asked(url, () => Promise.resolve()).then(
    () => true,
    (error: unknown) => {
      if (sqlState(error) === '3D000') return false;
      throw error;
    },
  );
  if (present) return;
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  await asked(maintenance.href, (client) => make(client, `CREATE DATABASE ${pg.escapeIdentifier(name)}`));
}

/** Makes the schema when the database has none of that name. */
export async function ensureSchema(url: string, schema: string): Promise<void> {
  await asked(url, (client) => make(client, `CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)}`));
}

/** Repeats `work` while the server is away (it may still be starting), for at most `waitMs`. */
export async function whenReachable<T>(waitMs: number, work: () => Promise<T>): Promise<T> {
  const end = performance.now() + waitMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable) || performance.now() >= end) throw error;
      await new Promise((done) => setTimeout(done, RETRY_PAUSE_MS));
    }
  }
}
