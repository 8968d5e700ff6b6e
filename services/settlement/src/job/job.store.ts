import type { JobName } from '@tonle/contracts';
import type { Database, Queryable } from '@tonle/persistence';
import { JobRunEntity } from './job.entity.js';

export interface JobParameters {
  readonly day?: string;
  readonly partner?: string;
}

export async function insertJob(
  database: Queryable,
  job: { jobId: string; job: JobName; parameters: JobParameters; operator: string; reason: string; at: Date },
): Promise<void> {
  await database.query(
    `INSERT INTO job_run (job_id, job, parameters, operator, reason, state, progress, started_at)
     VALUES ($1, $2, $3, $4, $5, 'waiting', 'waiting for its turn', $6)
     ON CONFLICT DO NOTHING`,
    [job.jobId, job.job, JSON.stringify(job.parameters), job.operator, job.reason, job.at],
  );
}

/** `jobId` must be a UUID. */
export async function findJobRun(database: Database, jobId: string): Promise<JobRunEntity | undefined> {
  return (await database.orm.getRepository(JobRunEntity).findOneBy({ jobId })) ?? undefined;
}

/** Is one of this kind waiting or at work? */
export async function jobAtWork(database: Database, job: JobName, since: Date): Promise<boolean> {
  const rows = await database.query(
    `SELECT 1
     FROM job_run
     WHERE job = $1 AND state IN ('waiting', 'running') AND started_at > $2
     LIMIT 1`,
    [job, since],
  );
  return rows.length > 0;
}

export async function setJobProgress(database: Database, jobId: string, progress: string): Promise<void> {
  await database.query(`UPDATE job_run SET state = 'running', progress = $2 WHERE job_id = $1`, [
    jobId,
    progress,
  ]);
}

export async function endJob(
  database: Database,
  jobId: string,
  end: { state: 'done' | 'failed'; progress: string; result: unknown; at: Date },
): Promise<void> {
  await database.query(
    `UPDATE job_run
     SET state = $2, progress = $3, result = $4, ended_at = $5
     WHERE job_id = $1`,
    [jobId, end.state, end.progress, JSON.stringify(end.result ?? null), end.at],
  );
}
