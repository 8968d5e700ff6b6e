import type { DirectoryEntry } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { Directory } from './directory.js';

// One write at a time: sequences become visible in their order, so that whoever has seen the last has seen all.
const LOCK = 'LOCK TABLE directory_entry IN SHARE ROW EXCLUSIVE MODE';

const NEWEST = `
SELECT DISTINCT ON (kind, id) kind, id, version, body, ended
FROM directory_entry
ORDER BY kind, id, version DESC`;

const SEQUENCE = `
SELECT coalesce(max(sequence), 0) AS sequence
FROM directory_entry`;

const APPEND = `
INSERT INTO directory_entry (kind, id, version, body, ended, source, changed_at, changed_by, change_reason)
SELECT u.kind, u.id, u.version, u.body::jsonb, u.ended, $6, $7::timestamptz, $8, $9
FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::boolean[]) AS u (kind, id, version, body, ended)
ON CONFLICT (kind, id, version) DO NOTHING
RETURNING id`;

// Of an entry that routing names its older versions stay: payments were decided with them.
const DROP_OTHERS = `
DELETE FROM directory_entry
WHERE NOT EXISTS (
  SELECT 1
  FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::boolean[]) AS u (kind, id, version, body, ended)
  WHERE u.kind = directory_entry.kind AND u.id = directory_entry.id
    AND (directory_entry.version < u.version
      OR directory_entry.version = u.version AND directory_entry.body = u.body::jsonb
        AND directory_entry.ended = u.ended))
RETURNING id`;

const VERSIONS = `
SELECT kind, id, version, body, ended, source, changed_at, changed_by, change_reason
FROM directory_entry
ORDER BY sequence`;

/** Who made a version, when, why, and by which way it came. */
export interface DirectoryChange {
  readonly source: 'file' | 'operator' | 'upgrade' | 'copy';
  readonly atMs: number;
  readonly by: string;
  readonly reason: string;
}

/** A version as it is kept. */
export interface StoredEntry {
  readonly entry: DirectoryEntry;
  /** `at`: ISO 8601. */
  readonly change: Omit<DirectoryChange, 'atMs'> & { readonly at: string };
}

interface VersionRow extends DirectoryEntry {
  readonly source: DirectoryChange['source'];
  readonly changed_at: Date;
  readonly changed_by: string;
  readonly change_reason: string;
}

/**
 * Table `directory_entry`, at routing and wherever a copy is kept. Nothing is ever changed or deleted in it, a change is
 * the next version; only a copy drops what is not routing's.
 */
export class DirectoryStore {
  /** Others that write wait until this transaction ends. To be called before what is read for the change. */
  async lock(transaction: Queryable): Promise<void> {
    await transaction.query(LOCK);
  }

  /** In a transaction that has the lock. Says how many entries were new; a version that exists stays as it is. */
  async append(
    transaction: Queryable,
    entries: readonly DirectoryEntry[],
    change: DirectoryChange,
  ): Promise<number> {
    const rows = await transaction.query(APPEND, [
      ...columnsOf(entries),
      change.source,
      new Date(change.atMs).toISOString(),
      change.by,
      change.reason,
    ]);
    return rows.length;
  }

  /** For a copy, in a transaction that has the lock: deletes what `entries`, all that routing knows, do not hold. */
  async dropOthers(transaction: Queryable, entries: readonly DirectoryEntry[]): Promise<void> {
    await transaction.query(DROP_OTHERS, columnsOf(entries));
  }

  /** Grows with every change; 0 while there is none. */
  async sequence(database: Queryable): Promise<bigint> {
    const [row] = await database.query<{ sequence: bigint }>(SEQUENCE);
    return row!.sequence;
  }

  /** The newest version of everything. */
  async newest(database: Queryable): Promise<DirectoryEntry[]> {
    return (await database.query<DirectoryEntry>(NEWEST)).map(entryOf);
  }

  /** Every version of everything, in the order in which they came. */
  async versions(database: Queryable): Promise<StoredEntry[]> {
    const rows = await database.query<VersionRow>(VERSIONS);
    return rows.map((row) => ({
      entry: entryOf(row),
      change: {
        source: row.source,
        at: row.changed_at.toISOString(),
        by: row.changed_by,
        reason: row.change_reason,
      },
    }));
  }

  /** The directory as it stands. Throws for an entry that cannot be read. */
  async load(database: Queryable): Promise<Directory> {
    // The sequence is read first: it may be behind the entries, never ahead.
    const sequence = await this.sequence(database);
    return new Directory(await this.newest(database), sequence);
  }
}

function columnsOf(entries: readonly DirectoryEntry[]): readonly (readonly unknown[])[] {
  return [
    entries.map(({ kind }) => kind),
    entries.map(({ id }) => id),
    entries.map(({ version }) => version),
    entries.map(({ body }) => JSON.stringify(body)),
    entries.map(({ ended }) => ended === true),
  ];
}

function entryOf({ kind, id, version, body, ended }: DirectoryEntry): DirectoryEntry {
  return { kind, id, version, body, ...(ended === true && { ended }) };
}
