import { PgBoss, type JobWithMetadata } from 'pg-boss';
import { recordDeeds, type Platform } from '@tonle/platform';
import { JOB_NAMES, refused, uuid, type JobName, type settlementCalls } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { z } from 'zod';
import {
  lastDueDay,
  reconciliationTargets,
  type ReconciliationTarget,
} from '../reconciliation/reconciliation-targets.js';
import type { DueDay, MissingStatements } from '../reconciliation/missing-statements.js';
import type { ReconciliationJob, ReconciliationResult } from '../reconciliation/reconciliation.job.js';
import type { WindowClosingJob } from '../window/window-closing.job.js';
import { ClockWatch } from './clock-watch.js';
import { endJob, findJobRun, insertJob, jobAtWork, setJobProgress, type JobParameters } from './job.store.js';

const SCHEDULE: Readonly<Record<JobName, string>> = {
  'close-windows': '* * * * *',
  // Every hour, for the days whose statements have become due, and those that are missing.
  reconcile: '30 * * * *',
};
/** A day whose statements cannot be had at night is asked for again, every five minutes for two hours. */
const RETRY = { retryLimit: 24, retryDelay: 300 };
/** A job that did not end in this time was lost with its process; another may start. */
const STUCK_MS = 15 * 60_000;
const POLL_SECONDS = 1;
/** Ever later, about half a minute together: the database may be busy when the process starts. */
const START_ATTEMPTS = 6;
/** Whose jobs are nobody's deeds. */
const SCHEDULER = 'schedule';

type JobRequest = z.infer<typeof settlementCalls.runJob.request>;
type JobRequestAnswer = z.infer<typeof settlementCalls.runJob.response>;
type JobAnswer = z.infer<typeof settlementCalls.job.response>;

/** Absent for a job of the schedule. */
type QueuedData = { readonly jobId?: string } | null;

/** Daily jobs and jobs started by hand, by pg-boss: durable, one at a time a kind, tried again after a crash. */
export class JobRunner {
  private readonly boss: PgBoss;

  constructor(
    private readonly platform: Platform,
    private readonly directory: Directory,
    private readonly windows: WindowClosingJob,
    private readonly reconciliation: ReconciliationJob,
    private readonly missing: MissingStatements,
    private readonly watch: Pick<ClockWatch, 'hasMoved'> = new ClockWatch(platform.clock),
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
    await this.boss.start({ attempts: START_ATTEMPTS });
    for (const queue of JOB_NAMES) {
      await this.boss.createQueue(queue);
      await this.boss.schedule(queue, SCHEDULE[queue], {}, RETRY);
      const options = { pollingIntervalSeconds: POLL_SECONDS, includeMetadata: true } as const;
      await this.boss.work(queue, options, async (jobs: JobWithMetadata<QueuedData>[]) => {
        for (const job of jobs) await this.take(queue, job);
      });
    }
  }

  /** Starts a job by hand; refused while one of its kind is at work, or when it would find nothing to do. */
  async request({ job, day, partner, ...by }: JobRequest): Promise<JobRequestAnswer> {
    const { database, clock } = this.platform;
    const wrong = this.nothingToDo(day, partner);
    if (wrong !== undefined) return refused('schema_invalid', wrong);
    if (await jobAtWork(database, job, new Date(clock.now() - STUCK_MS)))
      return { kind: 'refused', reason: 'job_running' };
    const jobId = await this.note(job, { day, partner }, by);
    await this.boss.send(job, { jobId });
    return { kind: 'started', jobId };
  }

  /** How a job stands; `unknown` for an id that is none of ours. */
  async find(jobId: string): Promise<JobAnswer> {
    const run = uuid.safeParse(jobId).success ? await findJobRun(this.platform.database, jobId) : undefined;
    if (run === undefined) return { jobId, state: 'unknown', progress: 'there is no such job', result: null };
    return { jobId, state: run.state, progress: run.progress, result: run.result };
  }

  /** The queue's hours are real ones: when the clock was moved on, statements of days that have become due are asked for at once. */
  readonly followClock = async (): Promise<void> => {
    if (this.watch.hasMoved()) await this.boss.send('reconcile', {}, RETRY);
  };

  close(): Promise<void> {
    return this.boss.stop({ graceful: true, timeout: 5_000 });
  }

  private nothingToDo(day: string | undefined, partner: string | undefined): string | undefined {
    const targets = reconciliationTargets(this.directory).filter(
      (target) => partner === undefined || target.partner === partner,
    );
    if (partner !== undefined && targets.length === 0) {
      const known = new Set(reconciliationTargets(this.directory).map((target) => target.partner));
      return `partner: ${partner} is not reconciled; known are ${[...known].sort().join(', ')}.`;
    }
    const days = targets.map(({ calendar }) => this.reconciliation.today(calendar)).sort();
    const today = days.at(-1);
    return day !== undefined && today !== undefined && day > today
      ? `day: ${day} is still to come; today is ${today}.`
      : undefined;
  }

  private async note(
    job: JobName,
    parameters: JobParameters,
    { operator, participant, reason }: Pick<JobRequest, 'operator' | 'participant' | 'reason'>,
  ): Promise<string> {
    const { clock, random, database } = this.platform;
    const nowMs = clock.now();
    const jobId = random.id(nowMs);
    await database.transaction(async (transaction) => {
      await insertJob(transaction, { jobId, job, parameters, operator, reason, at: new Date(nowMs) });
      if (operator === SCHEDULER) return;
      const actor = { kind: 'operator', name: operator, participant } as const;
      const deed = {
        atMs: nowMs,
        actor,
        action: `job.${job}`,
        object: jobId,
        after: { ...parameters },
        reason,
      };
      await recordDeeds(transaction, 'settlement', [deed]);
    });
    return jobId;
  }

  private async take(job: JobName, { data, retryCount }: JobWithMetadata<QueuedData>): Promise<void> {
    const requested = data?.jobId;
    if (requested !== undefined) {
      await this.run(job, requested, () => this.perform(job, requested), false);
      return;
    }
    // The minute's closing leaves no record of its own unless somebody asked for it.
    if (job === 'close-windows') {
      await this.windows.run();
      return;
    }
    const targets = reconciliationTargets(this.directory);
    const due = await this.missing.due(targets, this.platform.clock.now());
    const missing = (await this.missing.of(targets)).filter(
      (one) => !due.some((other) => isSame(one, other)),
    );
    if (due.length + missing.length === 0) return;
    const isNew = due.length > 0 || retryCount > 0;
    const by = { operator: SCHEDULER, reason: isNew ? 'daily' : 'statements are missing' };
    const jobId = await this.note(job, {}, by);
    const work = () => this.reconcile([...due, ...missing], jobId).finally(() => this.missing.asked(due));
    // What is missing for longer is asked for once an hour; the days that have just become due, every five minutes.
    await this.run(job, jobId, work, isNew);
  }

  private async run(
    job: JobName,
    jobId: string,
    work: () => Promise<unknown>,
    isScheduled: boolean,
  ): Promise<void> {
    const { database, clock, telemetry } = this.platform;
    try {
      await setJobProgress(database, jobId, 'running');
      const result = await work();
      await endJob(database, jobId, { state: 'done', progress: 'done', result, at: new Date(clock.now()) });
    } catch (error) {
      telemetry.log.error({ err: error, jobId }, `job ${job} failed`);
      const progress = `failed: ${(error as Error).message}`;
      await endJob(database, jobId, { state: 'failed', progress, result: null, at: new Date(clock.now()) });
      // Nobody looks at a job of the schedule: the queue has to try it again.
      if (isScheduled) throw error;
    }
  }

  private async perform(job: JobName, jobId: string): Promise<unknown> {
    if (job === 'close-windows') return this.windows.run();
    const { parameters } = (await findJobRun(this.platform.database, jobId))!;
    const targets = reconciliationTargets(this.directory).filter(
      ({ partner }) => parameters.partner === undefined || parameters.partner === partner,
    );
    return this.reconcile(this.daysOf(targets, parameters.day), jobId);
  }

  private daysOf(targets: readonly ReconciliationTarget[], day: string | undefined): DueDay[] {
    const nowMs = this.platform.clock.now();
    return targets.map((target) => ({ target, day: day ?? lastDueDay(target, nowMs) }));
  }

  private async reconcile(due: readonly DueDay[], jobId: string): Promise<ReconciliationResult[]> {
    const { database } = this.platform;
    const results: ReconciliationResult[] = [];
    const failures: unknown[] = [];
    // A network whose statement cannot be had keeps no other's day open; the run fails after all were tried.
    for (const { target, day } of due) {
      try {
        results.push(
          await this.reconciliation.run(target, day, (text) => setJobProgress(database, jobId, text)),
        );
        await this.missing.came({ target, day });
      } catch (cause) {
        if (day <= lastDueDay(target, this.platform.clock.now()))
          await this.missing.note({ target, day }, cause);
        failures.push(new Error(`${target.partner} ${target.currency}: ${String(cause)}`, { cause }));
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('; '));
    return results;
  }
}

function isSame(one: DueDay, other: DueDay): boolean {
  return one.target === other.target && one.day === other.day;
}
