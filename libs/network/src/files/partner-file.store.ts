import type { Database, Queryable } from '@tonle/persistence';

/** A file that is kept. */
export interface KeptFile {
  readonly kind: string;
  readonly name: string;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Local day of the network, YYYY-MM-DD. */
  readonly day: string;
  readonly bytes: Uint8Array;
  /** Statements were made of it. */
  readonly isTaken: boolean;
  /** They were, until another content took its place. */
  readonly isReplaced: boolean;
}

/** What has been read of a file, once it is taken. */
export interface TakenFile {
  readonly kind: string;
  readonly name: string;
  readonly sha256: string;
  /** Those that tell of payments. */
  readonly records: number;
}

/** A file as it is kept: by what it holds. */
export interface HashedFile {
  readonly kind: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** Keeps files as they came; a content that is here under its name already is kept once. */
export async function insertFiles(
  database: Queryable,
  day: string,
  files: readonly HashedFile[],
  now: Date,
): Promise<void> {
  // One by one: a day has few, and each may have the size of a statement of its own.
  for (const { kind, name, sha256, bytes } of files)
    await database.query(
      `INSERT INTO partner_file (kind, name, sha256, day, bytes, fetched_at)
       VALUES ($1, $2, $3, $4::date, $5, $6)
       ON CONFLICT DO NOTHING`,
      [kind, name, sha256, day, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), now],
    );
}

/**
 * Takes what a network has sent by itself. False: its name stands for another content, which came first; this one is kept beside it.
 */
export async function takeSent(
  database: Queryable,
  day: string,
  { kind, name, bytes, sha256, records }: HashedFile & Pick<TakenFile, 'records'>,
  now: Date,
): Promise<boolean> {
  const insert = (takenAt: Date | null) =>
    database.query(
      `INSERT INTO partner_file (kind, name, sha256, day, bytes, fetched_at, taken_at, records)
       VALUES ($1, $2, $3, $4::date, $5, $6, $7, $8)
       ON CONFLICT DO NOTHING`,
      [kind, name, sha256, day, Buffer.from(bytes), now, takenAt, takenAt === null ? null : records],
    );
  await insert(now);
  const [standing] = await database.query<{ sha256: string }>(
    `SELECT sha256 FROM partner_file WHERE day = $1::date AND kind = $2 AND name = $3 AND taken_at IS NOT NULL`,
    [day, kind, name],
  );
  if (standing?.sha256 === sha256) return true;
  await insert(null);
  return false;
}

/** All files of these kinds of a day, as they came. */
export function filesOfDay(database: Queryable, day: string, kinds: readonly string[]): Promise<KeptFile[]> {
  return database.query<KeptFile & object>(
    `SELECT kind, name, sha256, day::text AS day, bytes, taken_at IS NOT NULL AS "isTaken",
            replaced_at IS NOT NULL AS "isReplaced"
     FROM partner_file
     WHERE day = $1::date AND kind = ANY ($2::text[])
     ORDER BY fetched_at, name, sha256`,
    [day, kinds],
  );
}

/** Where contents were taken before that tell of payments: `<kind> <hash>` -> day and name. */
export async function takenContents(
  database: Queryable,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await database.query<{ kind: string; sha256: string; name: string; day: string }>(
    `SELECT kind, sha256, name, day::text AS day
     FROM partner_file
     WHERE sha256 = ANY($1) AND taken_at IS NOT NULL AND records > 0`,
    [hashes],
  );
  return new Map(rows.map(({ kind, sha256, name, day }) => [`${kind} ${sha256}`, `${day} ${name}`]));
}

/** From now on these stand for their names; what stood for them before is kept, with when it was replaced. */
export async function takeFiles(
  database: Database,
  day: string,
  files: readonly TakenFile[],
  now: Date,
): Promise<void> {
  const columns = [
    files.map(({ kind }) => kind),
    files.map(({ name }) => name),
    files.map(({ sha256 }) => sha256),
  ];
  await database.transaction(async (transaction) => {
    await transaction.query(
      `UPDATE partner_file f
       SET taken_at = NULL, records = NULL, replaced_at = $5
       FROM unnest($2::text[], $3::text[], $4::text[]) AS taken (kind, name, sha256)
       WHERE f.day = $1::date AND f.kind = taken.kind AND f.name = taken.name AND f.sha256 <> taken.sha256
         AND f.taken_at IS NOT NULL`,
      [day, ...columns, now],
    );
    await transaction.query(
      `UPDATE partner_file f
       SET taken_at = $6, records = taken.records, replaced_at = NULL
       FROM unnest($2::text[], $3::text[], $4::text[], $5::int[]) AS taken (kind, name, sha256, records)
       WHERE f.day = $1::date AND f.kind = taken.kind AND f.name = taken.name AND f.sha256 = taken.sha256 AND f.taken_at IS NULL`,
      [day, ...columns, files.map(({ records }) => records), now],
    );
  });
}
