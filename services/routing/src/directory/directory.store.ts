import type { DirectoryEntry } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { Directory } from './directory.js';

const NEWEST = `
SELECT DISTINCT ON (kind, id) kind, id, version, body
FROM directory_entry
ORDER BY kind, id, version DESC`;

const SEQUENCE = `
SELECT coalesce(max(sequence), 0) AS sequence
FROM directory_entry`;

const INSERT = `
INSERT INTO directory_entry (kind, id, version, body, changed_at, changed_by, change_reason)
SELECT u.kind, u.id, u.version, u.body::jsonb, $5::timestamptz, $6, $7
FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[]) AS u (kind, id, version, body)
ON CONFLICT (kind, id, version) DO NOTHING
RETURNING id`;

export interface DirectoryChange {
  readonly atMs: number;
  readonly by: string;
  readonly reason: string;
}

/** Versioned entries; nothing is ever changed or deleted, a change is the next version. */
export class DirectoryStore {
  /** How many entries were new; a version that exists stays as it is. */
  async insert(
    database: Queryable,
    entries: readonly DirectoryEntry[],
    change: DirectoryChange,
  ): Promise<number> {
    const rows = await database.query(INSERT, [
      entries.map(({ kind }) => kind),
      entries.map(({ id }) => id),
      entries.map(({ version }) => version),
      entries.map(({ body }) => JSON.stringify(body)),
      new Date(change.atMs).toISOString(),
      change.by,
      change.reason,
    ]);
    return rows.length;
  }

  async sequence(database: Queryable): Promise<bigint> {
    const [row] = await database.query<{ sequence: bigint }>(SEQUENCE);
    return row!.sequence;
  }

  /** The newest version of everything. The sequence is read first: it may be behind the entries, never ahead. */
  async load(database: Queryable): Promise<Directory> {
    const sequence = await this.sequence(database);
    return new Directory(await database.query<DirectoryEntry>(NEWEST), sequence);
  }
}

const LOOK_EVERY_MS = 1_000;

/** The directory as this instance decides with it; other instances' changes are seen within a second. */
export class CurrentDirectory {
  #current: Directory;
  #lookedAt = performance.now();

  constructor(
    private readonly store: DirectoryStore,
    private readonly database: Queryable,
    first: Directory,
  ) {
    this.#current = first;
  }

  get(): Directory {
    return this.#current;
  }

  /** Reloads when the table has changed; looks at most once a second. */
  async fresh(): Promise<Directory> {
    if (performance.now() - this.#lookedAt < LOOK_EVERY_MS) return this.#current;
    this.#lookedAt = performance.now();
    if ((await this.store.sequence(this.database)) !== this.#current.sequence) await this.reload();
    return this.#current;
  }

  async reload(): Promise<void> {
    this.#current = await this.store.load(this.database);
  }
}
