import type { ReportFile } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { ReportFormat } from '@tonle/report';

/** A file of the current version of a slot. */
export interface StandingFile {
  readonly fileId: string;
  readonly format: ReportFormat;
  readonly version: number;
  readonly sha256: string;
  readonly contentSha256: string;
  readonly knownAt: Date;
}

/** The current files of a slot. Whoever asks holds the report's series for its receiver until the transaction ends. */
export async function lockSeries(
  transaction: Transaction,
  { report, receiver, slot }: { readonly report: string; readonly receiver: string; readonly slot: string },
): Promise<{
  readonly sequence: number;
  readonly previous: string | undefined;
  readonly standing: StandingFile[];
}> {
  const [series] = await transaction.query<{ sequence: number; previous: string }>(
    `INSERT INTO report_series AS s (report, receiver, last_sequence, last_manifest_sha256)
     VALUES ($1, $2, 0, '')
     ON CONFLICT (report, receiver) DO UPDATE SET last_sequence = s.last_sequence
     RETURNING last_sequence AS sequence, last_manifest_sha256 AS previous`,
    [report, receiver],
  );
  const standing = await transaction.query<StandingFile>(
    `SELECT file_id AS "fileId", format, version, sha256, content_sha256 AS "contentSha256", known_at AS "knownAt"
     FROM report_file
     WHERE slot = $1 AND superseded_at IS NULL`,
    [slot],
  );
  return { sequence: series!.sequence, previous: series!.previous || undefined, standing };
}

/** Where the series stands after the files that were added. */
export async function moveSeries(
  transaction: Transaction,
  { report, receiver }: { readonly report: string; readonly receiver: string },
  sequence: number,
  manifestSha256: string,
): Promise<void> {
  await transaction.query(
    `UPDATE report_series
     SET last_sequence = $3, last_manifest_sha256 = $4
     WHERE report = $1 AND receiver = $2`,
    [report, receiver, sequence, manifestSha256],
  );
}

export interface NewFile {
  readonly fileId: string;
  readonly runId: string;
  readonly report: string;
  readonly receiver: string;
  readonly slot: string;
  readonly format: ReportFormat;
  readonly version: number;
  readonly sequence: number;
  readonly name: string;
  readonly bytes: number;
  readonly rows: number;
  readonly sha256: string;
  readonly contentSha256: string;
  readonly manifest: string;
  readonly signature: string | undefined;
  readonly parameters: ReportFile['parameters'];
  readonly knownAt: Date;
  readonly madeAt: Date;
  readonly supersedes: string | undefined;
}

/** Adds a file, and marks the one that it supersedes. */
export async function insertFile(transaction: Transaction, file: NewFile): Promise<void> {
  await transaction.query(
    `WITH superseded AS (
       UPDATE report_file SET superseded_at = $18 WHERE file_id = $19::uuid
     )
     INSERT INTO report_file (
       file_id, run_id, report, receiver, slot, format, version, sequence, name, bytes, rows, sha256, content_sha256,
       manifest, signature, parameters, known_at, made_at, supersedes
     )
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
    [
      file.fileId,
      file.runId,
      file.report,
      file.receiver,
      file.slot,
      file.format,
      file.version,
      file.sequence,
      file.name,
      file.bytes,
      file.rows,
      file.sha256,
      file.contentSha256,
      file.manifest,
      file.signature ?? null,
      JSON.stringify(file.parameters),
      file.knownAt,
      file.madeAt,
      file.supersedes ?? null,
    ],
  );
}

/** A run has made the same bytes again. */
export async function confirmFiles(
  transaction: Transaction,
  fileIds: readonly string[],
  at: Date,
): Promise<void> {
  if (fileIds.length === 0) return;
  await transaction.query(
    `UPDATE report_file
     SET confirmed = confirmed + 1, confirmed_at = $2, gone_at = NULL
     WHERE file_id = ANY($1)`,
    [fileIds, at],
  );
}

/** Notes where files are to be delivered, as far as they were not. */
export async function planDeliveries(
  transaction: Transaction,
  fileIds: readonly string[],
  places: readonly string[],
  at: Date,
): Promise<void> {
  await transaction.query(
    `INSERT INTO report_delivery (file_id, place, next_at)
     SELECT file_id, place, $3
     FROM unnest($1::uuid[]) AS file_id
     CROSS JOIN unnest($2::text[]) AS place
     ON CONFLICT DO NOTHING`,
    [fileIds, places, at],
  );
}

const FILE_COLUMNS = `
  file_id AS "fileId", run_id AS "runId", report, receiver, format, name, version, sequence, bytes, rows, sha256,
  content_sha256 AS "contentSha256", parameters, known_at AS "knownAt", made_at AS "madeAt", supersedes,
  superseded_at AS "supersededAt", gone_at AS "goneAt", confirmed`;

interface FileRow extends Omit<
  ReportFile,
  'bytes' | 'rows' | 'knownAt' | 'madeAt' | 'supersedes' | 'supersededAt' | 'goneAt'
> {
  readonly bytes: bigint;
  readonly rows: bigint;
  readonly knownAt: Date;
  readonly madeAt: Date;
  readonly supersedes: string | null;
  readonly supersededAt: Date | null;
  readonly goneAt: Date | null;
}

function fileOf({ supersedes, supersededAt, goneAt, ...row }: FileRow): ReportFile {
  return {
    ...row,
    bytes: Number(row.bytes),
    rows: Number(row.rows),
    knownAt: row.knownAt.toISOString(),
    madeAt: row.madeAt.toISOString(),
    ...(supersedes === null ? {} : { supersedes }),
    ...(supersededAt === null ? {} : { supersededAt: supersededAt.toISOString() }),
    ...(goneAt === null ? {} : { goneAt: goneAt.toISOString() }),
  };
}

export interface FileFilter {
  readonly fileId?: string;
  readonly runId?: string;
  readonly report?: string;
  readonly receiver?: string;
  readonly day?: string;
  readonly all?: boolean;
  readonly before?: string;
  readonly limit: number;
}

/** Files, the newest first; superseded ones when they are named, or all are wanted. */
export async function listFiles(database: Queryable, filter: FileFilter): Promise<ReportFile[]> {
  const rows = await database.query<FileRow>(
    `SELECT ${FILE_COLUMNS}
     FROM report_file
     WHERE ($1::uuid IS NULL OR file_id = $1)
       AND ($2::uuid IS NULL OR run_id = $2 OR slot = (SELECT slot FROM report_run WHERE run_id = $2) AND superseded_at IS NULL)
       AND ($3::text IS NULL OR report = $3)
       AND ($4::text IS NULL OR receiver = $4)
       AND ($5::text IS NULL OR parameters ->> 'day' = $5)
       AND ($6 OR $1 IS NOT NULL OR superseded_at IS NULL)
       AND ($7::uuid IS NULL OR file_id < $7)
     ORDER BY file_id DESC
     LIMIT $8`,
    [
      filter.fileId ?? null,
      filter.runId ?? null,
      filter.report ?? null,
      filter.receiver ?? null,
      filter.day ?? null,
      filter.all ?? false,
      filter.before ?? null,
      filter.limit,
    ],
  );
  return rows.map(fileOf);
}

/** The manifest of a file as it was signed. */
export async function findManifest(
  database: Queryable,
  fileId: string,
  receiver: string | undefined,
): Promise<{ readonly manifest: string; readonly signature: string | null } | undefined> {
  const [row] = await database.query<{ manifest: string; signature: string | null }>(
    `SELECT manifest, signature
     FROM report_file
     WHERE file_id = $1 AND ($2::text IS NULL OR receiver = $2)`,
    [fileId, receiver ?? null],
  );
  return row;
}

/** Notes that receivers were told, and gives files that they were not told of, the oldest first. */
export async function untoldFiles(
  database: Queryable,
  told: readonly string[],
  at: Date,
  limit: number,
): Promise<ReportFile[]> {
  if (told.length > 0)
    await database.query('UPDATE report_file SET told_at = $2 WHERE file_id = ANY($1) AND told_at IS NULL', [
      told,
      at,
    ]);
  const rows = await database.query<FileRow>(
    `SELECT ${FILE_COLUMNS}
     FROM report_file
     WHERE told_at IS NULL AND receiver <> ''
     ORDER BY file_id
     LIMIT $1`,
    [limit],
  );
  return rows.map(fileOf);
}
