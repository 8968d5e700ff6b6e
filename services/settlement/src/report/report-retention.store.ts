import type { Queryable } from '@tonle/persistence';

/** A file whose bytes have been kept long enough. */
export interface EndedFile {
  readonly fileId: string;
  readonly sha256: string;
  /** A file that is kept on has the same bytes. */
  readonly isShared: boolean;
}

/** Files whose bytes have been kept since before `until`, and that no run confirmed since. */
export async function filesToEnd(database: Queryable, until: Date, limit: number): Promise<EndedFile[]> {
  return database.query<EndedFile>(
    `SELECT file_id AS "fileId", sha256,
       EXISTS (
         SELECT
         FROM report_file AS other
         WHERE other.sha256 = f.sha256 AND other.gone_at IS NULL AND greatest(other.made_at, other.confirmed_at) >= $1
       ) AS "isShared"
     FROM report_file AS f
     WHERE gone_at IS NULL AND greatest(made_at, confirmed_at) < $1
     ORDER BY file_id
     LIMIT $2`,
    [until, limit],
  );
}

/** Their bytes are no longer there; their rows stay as evidence. */
export async function markEnded(database: Queryable, fileIds: readonly string[], now: Date): Promise<void> {
  await database.query('UPDATE report_file SET gone_at = $2 WHERE file_id = ANY($1)', [fileIds, now]);
}

/** Runs that made no file of their own, and what rows were, as long ago. */
export async function deleteOld(database: Queryable, until: Date): Promise<void> {
  await database.query(
    `DELETE FROM report_run AS r
     WHERE state IN ('done', 'failed')
       AND ended_at < $1
       AND NOT EXISTS (SELECT FROM report_file AS f WHERE f.run_id = r.run_id)`,
    [until],
  );
  await database.query('DELETE FROM row_past WHERE known_until < $1', [until]);
}

/** Of these runs those that are at work. */
export async function runsAtWork(
  database: Queryable,
  runIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ runId: string }>(
    `SELECT run_id AS "runId" FROM report_run WHERE run_id = ANY($1::uuid[]) AND state = 'running'`,
    [runIds],
  );
  return new Set(rows.map(({ runId }) => runId));
}
