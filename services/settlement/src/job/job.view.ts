import type { JobName, JobState } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { JobParameters } from './job.store.js';

/** A run of a job as people follow it. */
@Entity('job_run')
export class JobRunEntity {
  @PrimaryColumn({ name: 'job_id', type: 'uuid' })
  jobId: string;

  @Column({ type: 'text' })
  job: JobName;

  @Column({ type: 'jsonb' })
  parameters: JobParameters;

  @Column({ type: 'text' })
  state: JobState;

  @Column({ type: 'text' })
  progress: string;

  @Column({ type: 'jsonb', nullable: true })
  result: unknown;
}

/** `jobId` must be a UUID. */
export async function findJobRun(database: Database, jobId: string): Promise<JobRunEntity | undefined> {
  return (await database.orm.getRepository(JobRunEntity).findOneBy({ jobId })) ?? undefined;
}
