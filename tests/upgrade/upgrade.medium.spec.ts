import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CALLING_NETWORK_DATABASE, NETWORK_DATABASE } from '@tonle/network';
import { createTestDatabase, type Database, type OrmOptions, type TestDatabase } from '@tonle/persistence';
import { FX_DATABASE } from '../../services/fx/src/fx.service.js';
import { GATEWAY_DATABASE } from '../../services/gateway/src/gateway.service.js';
import { ROUTING_DATABASE } from '../../services/routing/src/routing.service.js';
import { SETTLEMENT_DATABASE } from '../../services/settlement/src/settlement.service.js';

// Real: PostgreSQL. before/ has the tables of an earlier version as it made them; they are never edited. What the
// migrations of today make of them is what they make of nothing.

const SERVICES: Readonly<Record<string, OrmOptions>> = {
  gateway: GATEWAY_DATABASE,
  routing: ROUTING_DATABASE,
  fx: FX_DATABASE,
  settlement: SETTLEMENT_DATABASE,
  'adapter-bakong': NETWORK_DATABASE,
  'adapter-thailand': CALLING_NETWORK_DATABASE,
};

const RECORDS = `
  CREATE TABLE schema_migration (
    id serial PRIMARY KEY,
    timestamp bigint NOT NULL,
    name character varying NOT NULL
  )`;

let test: TestDatabase;
afterEach(() => test.drop());

async function earlier(service: string, database: Database): Promise<void> {
  const sql = readFileSync(new URL(`before/${service}.sql`, import.meta.url), 'utf8');
  const names = /^-- migrations: (.*)$/m.exec(sql)![1]!.split(' ');
  await database.query(sql);
  await database.query(RECORDS);
  for (const name of names)
    await database.query('INSERT INTO schema_migration (timestamp, name) VALUES ($1, $2)', [
      name.slice(-13),
      name,
    ]);
}

/** What the catalogue says about the tables: columns, constraints and indexes, in the order of their names. */
async function shapeOf(database: Database): Promise<unknown> {
  const columns = await database.query(
    `SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity
     FROM information_schema.columns
     WHERE table_schema = current_schema()
     ORDER BY table_name, column_name`,
  );
  const constraints = await database.query(
    `SELECT conrelid::regclass::text AS of, conname, pg_get_constraintdef(oid) AS definition
     FROM pg_constraint
     WHERE connamespace = current_schema()::regnamespace AND contype <> 'n' AND conrelid <> 'schema_migration'::regclass
     ORDER BY 1, conname`,
  );
  const indexes = await database.query(
    `SELECT tablename, indexname, replace(indexdef, current_schema() || '.', '') AS definition
     FROM pg_indexes
     WHERE schemaname = current_schema() AND tablename <> 'schema_migration'
     ORDER BY indexname`,
  );
  return { columns, constraints, indexes };
}

const recorded = (database: Database): Promise<unknown[]> =>
  database.query('SELECT name FROM schema_migration ORDER BY name');

describe('a database of an earlier version', () => {
  it.each(Object.entries(SERVICES))(
    'of %s becomes what a new one is',
    async (service, options) => {
      test = await createTestDatabase(`upgrade_${service}`, 'fresh');
      const old = await test.another('old');
      await earlier(service, old);
      await old.openOrm(options);
      await test.database.openOrm(options);
      expect(await shapeOf(old)).toEqual(await shapeOf(test.database));
      expect(await recorded(old)).toEqual(await recorded(test.database));
    },
    30_000,
  );
});
