import type { JobName, JobState } from '@tonle/contracts';
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
