import type { Directory } from '@tonle/directory';
import { DatabaseUnavailable } from '@tonle/persistence';
import type { Platform } from '@tonle/platform';
import { definitionOf } from './report-catalogue.table.js';
import { homeOffsetMinutes } from './report-clock.js';
import type { ReportFiling } from './report-filing.js';
import { isDiskFull } from './report-folder.js';
import type { ReportMaker } from './report-maker.js';
import { periodOf } from './report-request.decide.js';
import { isPastSettled } from './report-rows.store.js';
import type { ReportRunRow } from './report-run.js';
import { endRun, giveBackRun, noteProgress, takeRun } from './report-run.store.js';
import { findReportWindow } from './report-window.store.js';

/** A worker that says nothing for so long is gone. */
const LOST_MS = 120_000;
/** Not at once, and behind others: what stands in the way now does so in a moment. */
const AGAIN_MS = 10_000;
const DISK_FULL_AGAIN_MS = 60_000;
const TELL_EVERY_MS = 2_000;
/** Whoever changes something reads the clock, and may have to wait for a connection before the change begins. */
const SETTLES_MS = 2_000;
/** What fails so often fails for a reason that time does not mend. */
const FAULTS_MAX = 3;

/** What it is made of has not all come: it waits, however often. */
class NotReady extends Error {}

/** The service closes, or another worker has the run: it is given up, and begun again from its start. */
class Interrupted extends Error {}

/** Makes the reports that wait, one at a time, the oldest first. */
export class ReportRunJob {
  private isLeaving = false;
  private readonly made;

  constructor(
    private readonly platform: Platform,
    private readonly directory: Directory,
    private readonly maker: ReportMaker,
    private readonly filing: ReportFiling,
    private readonly settlesMs = SETTLES_MS,
  ) {
    this.made = platform.telemetry.counter('tonle_report_runs_total', 'Runs of reports, by how they ended', [
      'report',
      'end',
    ]);
  }

  /** What is at work is left, for whoever takes it next. */
  leave(): void {
    this.isLeaving = true;
  }

  readonly run = async (): Promise<void> => {
    const { database } = this.platform;
    while (!this.isLeaving) {
      const nowMs = this.platform.clock.now();
      const run = await takeRun(database, {
        now: new Date(nowMs),
        lostBefore: new Date(nowMs - LOST_MS),
        knownUpTo: new Date(nowMs - this.settlesMs),
      });
      if (run === undefined) return;
      await this.attempt(run);
    }
  };

  private async attempt(run: ReportRunRow): Promise<void> {
    const { database, telemetry } = this.platform;
    try {
      const end = await this.make(run);
      this.made.inc({ report: run.report, end });
    } catch (error) {
      const { because, isFault, againMs } = troubleOf(error);
      const isOver = isFault && run.faults + 1 >= FAULTS_MAX;
      if (isFault || isDiskFull(error))
        telemetry.log.warn({ err: error, runId: run.runId }, `report ${run.report} was not made`);
      if (isOver) this.made.inc({ report: run.report, end: 'failed' });
      const progress = isOver ? `failed: ${because}` : `waits to be tried again: ${because}`;
      const now = this.now();
      const dueAt = isOver || againMs === 0 ? null : new Date(now.getTime() + againMs);
      await giveBackRun(database, run, isOver ? 'failed' : 'waiting', progress, { now, dueAt, isFault });
    }
  }

  private async make(run: ReportRunRow): Promise<'new' | 'same'> {
    const { database, clock } = this.platform;
    const definition = definitionOf(run.report);
    if (definition === undefined) throw new Error(`there is no report ${run.report} any more`);
    const { window: windowId } = run.parameters;
    const window = windowId === undefined ? undefined : await findReportWindow(database, windowId);
    const around = {
      utcOffsetMinutes: homeOffsetMinutes(this.directory),
      ...(window !== undefined && { window }),
    };
    const currency = run.parameters.currency ?? window?.currency;
    const tell = this.teller(run);
    const period = periodOf(run.parameters, around);
    if (!(await isPastSettled(database, clock.now() - run.knownAt.getTime() - this.settlesMs)))
      throw new NotReady('a change that began before the instant it is as of has not ended');
    const lacks = await this.maker.lacks(definition, run, period);
    if (lacks !== undefined) throw new NotReady(lacks);
    const made = await this.maker.make(definition, run, period, currency, tell);
    return database.transaction(async (transaction) => {
      const nowMs = clock.now();
      const filed = await this.filing.file(transaction, definition, run, made, nowMs);
      const progress =
        filed.added === 0
          ? 'done: the same bytes as before'
          : `done: ${filed.added} new, ${filed.same} the same as before`;
      const isOurs = await endRun(transaction, run, {
        ...{ progress, leftOut: made.leftOut, at: new Date(nowMs) },
        ...{ rows: made.summary.rows, digest: made.summary.digest },
      });
      if (!isOurs) throw new Interrupted('another worker has it');
      return filed.added === 0 ? 'same' : 'new';
    });
  }

  private teller(run: ReportRunRow): (rows: number) => Promise<void> {
    const { database } = this.platform;
    let toldMs = performance.now();
    return async (rows) => {
      if (this.isLeaving) throw new Interrupted('the service closed');
      if (performance.now() - toldMs < TELL_EVERY_MS) return;
      toldMs = performance.now();
      if (!(await noteProgress(database, run, `${rows} rows`, this.now())))
        throw new Interrupted('another worker has it');
    };
  }

  private now(): Date {
    return new Date(this.platform.clock.now());
  }
}

/** What became of an attempt: somebody has to make room, or it waits for others, or it fails of itself. */
function troubleOf(error: unknown): {
  readonly because: string;
  readonly isFault: boolean;
  readonly againMs: number;
} {
  const says = error instanceof Error ? error.message : String(error);
  if (isDiskFull(error))
    return {
      because: `there is no room for its files where TONLE_REPORTS_DIR is (${says}): make room, it goes on by itself`,
      isFault: false,
      againMs: DISK_FULL_AGAIN_MS,
    };
  if (error instanceof Interrupted) return { because: says, isFault: false, againMs: 0 };
  const isFault = !(error instanceof NotReady || error instanceof DatabaseUnavailable);
  return { because: says, isFault, againMs: AGAIN_MS };
}
