import type { DirectoryEntry } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';

/** Table `directory_entry`: what was known when this service last ran, and what other instances have heard. */
export async function saveEntries(database: Queryable, entries: readonly DirectoryEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const last = new Map<string, DirectoryEntry>();
  for (const entry of entries) {
    const name = `${entry.kind}:${entry.id}`;
    if ((last.get(name)?.version ?? -1) < entry.version) last.set(name, entry);
  }
  const rows = [...last.keys()].sort().map((name) => last.get(name)!);
  await database.query(
    `INSERT INTO directory_entry AS known (kind, id, version, body)
     SELECT *
     FROM unnest($1::text[], $2::text[], $3::integer[], $4::jsonb[])
     ON CONFLICT (kind, id) DO UPDATE
     SET version = excluded.version, body = excluded.body
     WHERE known.version < excluded.version`,
    [
      rows.map((row) => row.kind),
      rows.map((row) => row.id),
      rows.map((row) => row.version),
      rows.map((row) => JSON.stringify(row.body)),
    ],
  );
}

export function loadEntries(database: Queryable): Promise<DirectoryEntry[]> {
  return database.query<DirectoryEntry>(
    `SELECT kind, id, version, body
     FROM directory_entry`,
  );
}
