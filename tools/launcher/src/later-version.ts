import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '@tonle/contracts';
import pg from 'pg';
import { asSuperuser } from './database-roles.js';
import { ROOT } from './layout.js';

const WORKSPACES = ['libs', 'services'];
const FILE = /^\d{13}-.+\.js$/;
/** What a migration is recorded by. */
const NAME = /\bclass (\w+\d{13})\b/g;

const RECORDS = `
SELECT table_schema AS schema
FROM information_schema.tables
WHERE table_name = 'schema_migration'
ORDER BY table_schema`;

/** The names of all migrations of this version, of whatever service. */
export function knownMigrations(): ReadonlySet<string> {
  const folders = WORKSPACES.flatMap((kind) =>
    readdirSync(join(ROOT, kind)).map((name) => join(ROOT, kind, name, 'dist/migrations')),
  );
  const sources = folders.flatMap(migrationsIn).map((file) => readFileSync(file, 'utf8'));
  return new Set(sources.flatMap((source) => [...source.matchAll(NAME)].map(([, name]) => name!)));
}

/**
 * In words for whoever starts, why databases cannot be used: they have tables that a later version made. Undefined when all
 * that has run there is known. `url`: the superuser's.
 */
export async function writtenLater(
  url: string,
  databases: readonly string[],
  known: ReadonlySet<string>,
): Promise<string | undefined> {
  const names = await Promise.all(databases.map((database) => asSuperuser(url, database, migrationsOf)));
  const later = names.flat().filter((name) => !known.has(name));
  return later.length === 0
    ? undefined
    : `was written by a later version of Tonle: its database has ${counted(later.length, 'change')} that this version does not ` +
        `know (${later.sort().join(', ')})`;
}

async function migrationsOf(client: pg.Client): Promise<string[]> {
  const { rows: places } = await client.query<{ schema: string }>(RECORDS);
  const names: string[] = [];
  for (const { schema } of places) {
    const { rows } = await client.query<{ name: string }>(
      `SELECT name FROM ${pg.escapeIdentifier(schema)}.schema_migration`,
    );
    names.push(...rows.map(({ name }) => name));
  }
  return names;
}

function migrationsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => FILE.test(name));
  return files.map((name) => join(folder, name));
}
