import type { Telemetry } from '@tonle/telemetry';

/** Milliseconds from the end of one round to the start of the next; a function is asked after every round. */
export type JobPause = number | (() => number);

export interface JobOptions {
  /** Milliseconds from the start of the schedule to the first round; by default the pause between two. */
  readonly firstAfterMs?: number;
}

interface Job {
  readonly name: string;
  readonly pause: JobPause;
  readonly run: () => Promise<unknown>;
  readonly options: JobOptions;
  timer?: NodeJS.Timeout;
  round: Promise<void>;
}

/**
 * Runs jobs by the clock: pause, round, pause, round ... A job is never in two rounds at once; a round that fails is
 * logged and counted under its name, and the next one comes. The pauses are real time and keep no process alive.
 */
export class Schedule {
  private readonly jobs: Job[] = [];
  private readonly failures;
  private state: 'declared' | 'started' | 'closed' = 'declared';

  constructor(private readonly telemetry: Telemetry) {
    this.failures = telemetry.counter('tonle_job_failures_total', 'Rounds of a job that failed', ['job']);
  }

  /** Declares a job; in a schedule that has started it begins at once. */
  every(name: string, pause: JobPause, run: () => Promise<unknown>, options: JobOptions = {}): void {
    const job: Job = { name, pause, run, options, round: Promise.resolve() };
    this.jobs.push(job);
    this.failures.inc({ job: name }, 0);
    if (this.state === 'started') this.begin(job);
  }

  /** Begins every job that was declared; does nothing the second time, or once closed. */
  start(): void {
    if (this.state !== 'declared') return;
    this.state = 'started';
    for (const job of this.jobs) this.begin(job);
  }

  /** No more rounds; waits for those in hand. */
  async close(): Promise<void> {
    this.state = 'closed';
    for (const { timer } of this.jobs) clearTimeout(timer);
    await Promise.all(this.jobs.map(({ round }) => round));
  }

  private begin(job: Job): void {
    this.plan(job, job.options.firstAfterMs ?? pauseOf(job));
  }

  private plan(job: Job, waitMs: number): void {
    if (this.state === 'closed') return;
    job.timer = setTimeout(() => {
      job.round = this.round(job);
    }, waitMs);
    job.timer.unref();
  }

  private async round(job: Job): Promise<void> {
    try {
      await job.run();
    } catch (error) {
      this.failures.inc({ job: job.name });
      this.telemetry.log.warn({ err: error, job: job.name }, 'a round of a job failed');
    }
    this.plan(job, pauseOf(job));
  }
}

function pauseOf({ pause }: Job): number {
  return typeof pause === 'number' ? pause : pause();
}
