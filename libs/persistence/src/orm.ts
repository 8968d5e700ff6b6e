import type pg from 'pg';
import { DataSource } from 'typeorm';
import type { MixedList } from 'typeorm';
import type { OrmOptions } from './database.js';
import type { MigrationClass } from './migration.js';
import { make } from './provision.js';

const MIGRATION_TABLE = 'schema_migration';

/** TypeORM asks its driver for a pool; it gets ours, and may not end it. */
function driverOver(pool: pg.Pool): object {
  const facade = {
    connect: (done: Parameters<pg.Pool['connect']>[0]) => pool.connect(done),
    on: () => facade,
    removeListener: () => facade,
    end: (done: () => void) => done(),
  };
  return {
    Pool: function Pool() {
      return facade;
    },
  };
}

/** TypeORM on `pool`, with the service's entities, after its migrations have run. */
export async function openOrm(pool: pg.Pool, schema: string, options: OrmOptions): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    driver: driverOver(pool),
    schema,
    entities: [...(options.entities ?? [])] as MixedList<new () => object>,
    migrations: [...options.migrations],
    migrationsTableName: MIGRATION_TABLE,
    installExtensions: false,
    synchronize: false,
    logging: false,
  });
  await source.initialize();
  await migrateAlone(pool, source, options.migrations);
  return source;
}

/**
 * Runs the migrations while a row lock keeps other starters waiting. The lock lives in a transaction of
 * its own, so it ends with the process, whatever happens.
 */
async function migrateAlone(
  pool: pg.Pool,
  source: DataSource,
  migrations: readonly MigrationClass[],
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('SET statement_timeout = 0');
    await make(client, 'CREATE TABLE IF NOT EXISTS migration_lock (one boolean PRIMARY KEY CHECK (one))');
    await client.query('INSERT INTO migration_lock (one) VALUES (true) ON CONFLICT DO NOTHING');
    await client.query('BEGIN');
    await client.query('SELECT one FROM migration_lock FOR UPDATE');
    await noteContained(pool, migrations);
    await source.runMigrations({ transaction: 'each' });
    await client.query('COMMIT');
  } finally {
    // Ended rather than given back: its settings and an open transaction go with it.
    client.release(true);
  }
}

const NOTE_CONTAINED = `
  INSERT INTO ${MIGRATION_TABLE} (timestamp, name)
  SELECT right(contained.name, 13)::bigint, contained.name
  FROM unnest($1::text[]) AS contained (name)
  WHERE EXISTS (SELECT 1 FROM ${MIGRATION_TABLE} WHERE name = $2)
    AND NOT EXISTS (SELECT 1 FROM ${MIGRATION_TABLE} WHERE name = contained.name)`;

/**
 * What has run as part of another migration has run: it is recorded, so that it is not run again. Throws when it is not
 * in the list itself: a new database would go without it.
 */
async function noteContained(pool: pg.Pool, migrations: readonly MigrationClass[]): Promise<void> {
  const contained = migrations
    .map((migration) => ({ migration, parts: new migration().contained }))
    .filter(({ parts }) => parts.length > 0);
  for (const { migration, parts } of contained)
    for (const part of parts)
      if (!migrations.includes(part)) throw new Error(`${migration.name} needs ${part.name} beside it`);
  const { rows } = await pool.query<{ found: string | null }>(
    `SELECT to_regclass('${MIGRATION_TABLE}')::text AS found`,
  );
  if (rows[0]?.found === null) return;
  for (const { migration, parts } of contained)
    await pool.query(NOTE_CONTAINED, [parts.map(({ name }) => name), migration.name]);
}
