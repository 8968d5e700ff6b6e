import { PgBoss } from 'pg-boss';
import type { Platform } from '@tonle/platform';
import { uuidV7, JOB_NAMES, type JobName } from '@tonle/contracts';
import { type Directory } from '@tonle/directory';
import {
  reconciliationTargets,
  type ReconciliationJob,
  type ReconciliationResult,
} from '../reconciliation/reconciliation.job.js';
import type { WindowJob } from '../window/window.job.js';
import { endJob, findJob, insertJob, jobAtWork, setJobProgress, type JobParameters } from './job.store.js';

const SCHEDULE: Readonly<Record<JobName, string>> = {
  'close-windows': '* * * * *',
  // After midnight in Phnom Penh and Bangkok, when the day's statements are complete.
  reconcile: '30 0 * * *',
};
/** A day whose statements cannot be had at night is asked for again, every five minutes for two hours. */
const RETRY = { retryLimit: 24, retryDelay: 300 };
const TIME_ZONE = 'Asia/Phnom_Penh';
/** A job that did not end in this time was lost with its process; another may start. */
const STUCK_MS = 15 * 60_000;
const POLL_SECONDS = 1;

interface QueuedJob {
  readonly jobId?: string;
}

/** Daily jobs and jobs started by hand, by pg-boss: durable, one at a time a kind, tried again after a crash. */
export class JobRunner {
  private readonly boss: PgBoss;

  constructor(
    private readonly platform: Platform,
    private readonly directory: Directory,
    private readonly windows: WindowJob,
    private readonly reconciliation: ReconciliationJob,
  ) {
    const connectionString = platform.settings['TONLE_DATABASE_URL'];
    if (connectionString === undefined) throw new Error('TONLE_DATABASE_URL is not set');
    this.boss = new PgBoss({
      connectionString,
      schema: `${platform.database.schema}_jobs`,
      max: 2,
      application_name: 'settlement-jobs',
    });
    this.boss.on('error', (error) =>
      platform.telemetry.log.warn({ err: error }, 'the job queue cannot be asked now'),
    );
  }

  async start(): Promise<void> {
    await this.boss.start();
    for (const queue of JOB_NAMES) {
      await this.boss.createQueue(queue);
      await this.boss.schedule(queue, SCHEDULE[queue], {}, { tz: TIME_ZONE, ...RETRY });
      await this.boss.work<QueuedJob>(queue, { pollingIntervalSeconds: POLL_SECONDS }, async (jobs) => {
        for (const job of jobs) await this.run(queue, job.data?.jobId);
      });
    }
  }

  /** Starts a job by hand; undefined when one of its kind is at work. */
  async request(
    job: JobName,
    parameters: JobParameters,
    operator: string,
    reason: string,
  ): Promise<string | undefined> {
    const { database } = this.platform;
    if (await jobAtWork(database, job, new Date(this.platform.clock.now() - STUCK_MS))) return undefined;
    const jobId = await this.note(job, parameters, operator, reason);
    await this.boss.send(job, { jobId });
    return jobId;
  }

  close(): Promise<void> {
    return this.boss.stop({ graceful: true, timeout: 5_000 });
  }

  private async note(
    job: JobName,
    parameters: JobParameters,
    operator: string,
    reason: string,
  ): Promise<string> {
    const nowMs = this.platform.clock.now();
    const jobId = uuidV7(nowMs, (size) => this.platform.random.bytes(size));
    await insertJob(this.platform.database, {
      jobId,
      job,
      parameters,
      operator,
      reason,
      at: new Date(nowMs),
    });
    return jobId;
  }

  private async run(job: JobName, requested: string | undefined): Promise<void> {
    const { database, clock, telemetry } = this.platform;
    // The minute's closing leaves no record of its own unless somebody asked for it.
    if (job === 'close-windows' && requested === undefined) {
      await this.windows.run();
      return;
    }
    const jobId = requested ?? (await this.note(job, {}, 'schedule', 'daily'));
    try {
      const result = await this.perform(job, jobId);
      await endJob(database, jobId, { state: 'done', progress: 'done', result, at: new Date(clock.now()) });
    } catch (error) {
      telemetry.log.error({ err: error, jobId }, `job ${job} failed`);
      const progress = `failed: ${(error as Error).message}`;
      await endJob(database, jobId, { state: 'failed', progress, result: null, at: new Date(clock.now()) });
      // Nobody looks at a job of the schedule: the queue has to try it again.
      if (requested === undefined) throw error;
    }
  }

  private async perform(job: JobName, jobId: string): Promise<unknown> {
    const { database } = this.platform;
    await setJobProgress(database, jobId, 'running');
    if (job === 'close-windows') return this.windows.run();
    const { parameters } = (await findJob(database, jobId))!;
    const results: ReconciliationResult[] = [];
    for (const target of reconciliationTargets(this.directory)) {
      if (parameters.partner !== undefined && parameters.partner !== target.partner) continue;
      const day = parameters.day ?? this.reconciliation.yesterday(target.calendar);
      results.push(
        await this.reconciliation.run(target, day, (text) => setJobProgress(database, jobId, text)),
      );
    }
    return results;
  }
}
