import type { Queryable } from '@tonle/persistence';

/** A file that is due at a place. */
export interface DueReportFile {
  readonly fileId: string;
  readonly place: string;
  readonly attempts: number;
  readonly name: string;
  readonly receiver: string;
  readonly sha256: string;
  readonly manifest: string;
  readonly signature: string | null;
}

/** Files that are due, each for whoever takes it until `busyUntil`. */
export async function takeDeliveries(
  database: Queryable,
  now: Date,
  busyUntil: Date,
  limit: number,
): Promise<DueReportFile[]> {
  return database.query<DueReportFile>(
    `WITH due AS (
       SELECT file_id, place
       FROM report_delivery
       WHERE delivered_at IS NULL AND next_at <= $1
       ORDER BY next_at, file_id
       LIMIT $3
       FOR UPDATE SKIP LOCKED
     ), taken AS (
       UPDATE report_delivery AS d
       SET next_at = $2, attempts = d.attempts + 1
       FROM due
       WHERE d.file_id = due.file_id AND d.place = due.place
       RETURNING d.file_id, d.place, d.attempts
     )
     SELECT t.file_id AS "fileId", t.place, t.attempts, f.name, f.receiver, f.sha256, f.manifest, f.signature
     FROM taken AS t
     JOIN report_file AS f USING (file_id)
     ORDER BY f.file_id, t.place`,
    [now, busyUntil, limit],
  );
}

export async function noteDelivered(
  database: Queryable,
  { fileId, place }: DueReportFile,
  at: Date,
): Promise<void> {
  await database.query(
    `UPDATE report_delivery
     SET delivered_at = $3, says = NULL
     WHERE file_id = $1 AND place = $2`,
    [fileId, place, at],
  );
}

export async function putOffDelivery(
  database: Queryable,
  { fileId, place }: DueReportFile,
  says: string,
  nextAt: Date,
): Promise<void> {
  await database.query(
    `UPDATE report_delivery
     SET says = $3, next_at = $4
     WHERE file_id = $1 AND place = $2 AND delivered_at IS NULL`,
    [fileId, place, says, nextAt],
  );
}

/** Deliveries that are open, place by place. */
export async function countOpenDeliveries(database: Queryable): Promise<{ place: string; open: number }[]> {
  return database.query<{ place: string; open: number }>(
    `SELECT place, count(*)::int AS open
     FROM report_delivery
     WHERE delivered_at IS NULL
     GROUP BY place`,
  );
}
