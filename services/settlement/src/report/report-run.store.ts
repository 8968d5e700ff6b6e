import type { Queryable, Transaction } from '@tonle/persistence';
import type { ReportRunRow, RequestedRun } from './report-run.js';

const COLUMNS = `
  run_id AS "runId", report, definition_version AS "definitionVersion", receiver, parameters, basis, known_at AS "knownAt", slot, formats,
  language, deliver, operator, reason, requested_at AS "requestedAt", state, progress, attempts, faults, rows, left_out AS "leftOut",
  ended_at AS "endedAt"`;

/** Notes runs that wait; one for each occasion of a schedule or wish, and receiver. Returns the ids that are new. */
export async function insertRuns(transaction: Queryable, runs: readonly RequestedRun[]): Promise<string[]> {
  const added: string[] = [];
  for (const run of runs) {
    const rows = await transaction.query<{ runId: string }>(INSERT_RUN, [
      run.runId,
      run.report,
      run.definitionVersion,
      run.receiver,
      JSON.stringify(run.parameters),
      run.basis,
      run.knownAt,
      run.slot,
      run.formats,
      run.language,
      run.deliver,
      run.operator,
      run.participant ?? null,
      run.reason,
      run.scheduleId ?? null,
      run.occasion ?? null,
      run.requestedAt,
    ]);
    added.push(...rows.map(({ runId }) => runId));
  }
  return added;
}

const INSERT_RUN = `
  INSERT INTO report_run (
    run_id, report, definition_version, receiver, parameters, basis, known_at, slot, formats, language, deliver,
    operator, participant, reason, schedule_id, occasion, requested_at, state, progress
  )
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 'waiting', 'waiting for its turn')
  ON CONFLICT DO NOTHING
  RETURNING run_id AS "runId"`;

/** The oldest run that waits, of an instant up to `knownUpTo`, or whose worker has not been heard of since `lostBefore`: it is the caller's now. */
export async function takeRun(
  database: Queryable,
  by: { readonly now: Date; readonly lostBefore: Date; readonly knownUpTo: Date },
): Promise<ReportRunRow | undefined> {
  const [row] = await database.query<ReportRunRow>(TAKE_RUN, [by.now, by.lostBefore, by.knownUpTo]);
  return row;
}

const TAKE_RUN = `
  UPDATE report_run
  SET state = 'running', attempts = attempts + 1, alive_at = $1, progress = 'begins'
  WHERE run_id = (
    SELECT run_id
    FROM report_run
    WHERE state = 'waiting' AND known_at <= $3 AND (due_at IS NULL OR due_at <= $1) OR state = 'running' AND alive_at < $2
    ORDER BY requested_at, run_id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
  )
  RETURNING ${COLUMNS}`;

/** Says how far a run is; false when it is no longer this worker's. */
export async function noteProgress(
  database: Queryable,
  { runId, attempts }: Pick<ReportRunRow, 'runId' | 'attempts'>,
  progress: string,
  now: Date,
): Promise<boolean> {
  const rows = await database.query(
    `UPDATE report_run
     SET progress = $3, alive_at = $4
     WHERE run_id = $1 AND attempts = $2 AND state = 'running'
     RETURNING run_id`,
    [runId, attempts, progress, now],
  );
  return rows.length > 0;
}

/** Its worker gives it back, to be taken again, or for good. */
export async function giveBackRun(
  database: Queryable,
  { runId, attempts }: Pick<ReportRunRow, 'runId' | 'attempts'>,
  state: 'waiting' | 'failed',
  progress: string,
  {
    now,
    dueAt = null,
    isFault,
  }: { readonly now: Date; readonly dueAt?: Date | null; readonly isFault: boolean },
): Promise<void> {
  await database.query(
    `UPDATE report_run
     SET state = $3, progress = $4, faults = faults + $7::int, ended_at = CASE $3 WHEN 'failed' THEN $5::timestamptz END, due_at = $6
     WHERE run_id = $1 AND attempts = $2 AND state = 'running'`,
    [runId, attempts, state, progress, now, dueAt, isFault ? 1 : 0],
  );
}

/** Ends a run that is still this worker's; false when another has taken it. */
export async function endRun(
  transaction: Transaction,
  { runId, attempts }: Pick<ReportRunRow, 'runId' | 'attempts'>,
  end: {
    readonly progress: string;
    readonly rows: number;
    readonly digest: string;
    readonly leftOut: ReportRunRow['leftOut'];
    readonly at: Date;
  },
): Promise<boolean> {
  const rows = await transaction.query(
    `UPDATE report_run
     SET state = 'done', progress = $3, rows = $4, content_sha256 = $5, left_out = $6, ended_at = $7
     WHERE run_id = $1 AND attempts = $2 AND state = 'running'
     RETURNING run_id`,
    [
      runId,
      attempts,
      end.progress,
      end.rows,
      end.digest,
      end.leftOut === null || end.leftOut.length === 0 ? null : JSON.stringify(end.leftOut),
      end.at,
    ],
  );
  return rows.length > 0;
}

/** Runs, the newest first. */
export async function listRuns(
  database: Queryable,
  filter: {
    readonly runId?: string;
    readonly report?: string;
    readonly receiver?: string;
    readonly before?: string;
    readonly limit: number;
  },
): Promise<ReportRunRow[]> {
  return database.query<ReportRunRow>(
    `SELECT ${COLUMNS}
     FROM report_run
     WHERE ($1::uuid IS NULL OR run_id = $1)
       AND ($2::text IS NULL OR report = $2)
       AND ($3::text IS NULL OR receiver = $3)
       AND ($4::uuid IS NULL OR run_id < $4)
     ORDER BY run_id DESC
     LIMIT $5`,
    [
      filter.runId ?? null,
      filter.report ?? null,
      filter.receiver ?? null,
      filter.before ?? null,
      filter.limit,
    ],
  );
}

/** How many runs a participant has asked for that are not done; it asks for no other until the transaction ends. */
export async function lockOpenRuns(transaction: Transaction, participant: string): Promise<number> {
  await transaction.query("SELECT pg_advisory_xact_lock(hashtextextended('own reports ' || $1, 0))", [
    participant,
  ]);
  const [row] = await transaction.query<{ open: number }>(
    `SELECT count(*)::int AS open
     FROM report_run
     WHERE state IN ('waiting', 'running') AND participant = $1 AND schedule_id IS NULL`,
    [participant],
  );
  return row!.open;
}
