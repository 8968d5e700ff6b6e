import pg from 'pg';
import type { Database, Transaction } from './database.js';
import { openDatabase } from './postgres.js';

export interface TestDatabase {
  readonly database: Database;
  readonly url: string;
  /** A second pool on the same database, like another process. */
  another(schema?: string): Promise<Database>;
  /** What `work` does is rolled back; its result is kept. */
  undone<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Closes every pool and drops the database. */
  drop(): Promise<void>;
}

/**
 * A database of its own for one test file, in the server of TONLE_TEST_POSTGRES. `name` is the test's own
 * plain word; schema `main`. Call `drop` in afterAll.
 */
export async function createTestDatabase(name: string, schema = 'main'): Promise<TestDatabase> {
  const server = process.env['TONLE_TEST_POSTGRES'];
  if (server === undefined)
    throw new Error('TONLE_TEST_POSTGRES is not set: run this test with npm run test:medium');
  const database = `test_${name.replace(/[^a-z0-9]+/gi, '_').toLowerCase()}_${process.pid}`;
  const url = new URL(server);
  url.pathname = `/${database}`;
  await onServer(server, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(database)} WITH (FORCE)`);
  const opened: Database[] = [];
  const open = async (inSchema: string) => {
    const made = await openDatabase({ url: url.href, schema: inSchema, service: `test-${name}` });
    opened.push(made);
    return made;
  };
  const made = await open(schema);
  return {
    database: made,
    url: url.href,
    another: (other = schema) => open(other),
    undone: (work) => undone(made, work),
    drop: async () => {
      await Promise.all(opened.map((one) => one.close()));
      await onServer(server, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(database)} WITH (FORCE)`);
    },
  };
}

async function undone<T>(database: Database, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  const undo = new Error('undo');
  const results: T[] = [];
  try {
    await database.transaction(async (transaction) => {
      results.push(await work(transaction));
      throw undo;
    });
  } catch (error) {
    if (error !== undo) throw error;
  }
  return results.at(-1)!;
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
