import type { Platform } from '@tonle/platform';
import type { ReportFileFolder } from './report-folder.js';
import { deleteOld, filesToEnd, markEnded, runsAtWork } from './report-retention.store.js';

const DAY_MS = 86_400_000;
const AT_ONCE = 500;

/**
 * Ends what has been kept long enough: bytes of files, runs that left none, what rows were. A file's row, its manifest and its signature stay:
 * what was made, of what content, and for whom. Drafts that their worker left behind go too.
 */
export class ReportRetentionJob {
  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock' | 'telemetry'>,
    private readonly folder: ReportFileFolder,
    private readonly keptDays: number,
  ) {}

  readonly run = async (): Promise<void> => {
    const { database, clock, telemetry } = this.platform;
    const now = new Date(clock.now());
    const until = new Date(now.getTime() - this.keptDays * DAY_MS);
    for (;;) {
      const ended = await filesToEnd(database, until, AT_ONCE);
      // Bytes first: what stops in between is found again by the next round.
      for (const { sha256, isShared } of ended) if (!isShared) await this.folder.remove(sha256);
      await markEnded(
        database,
        ended.map(({ fileId }) => fileId),
        now,
      );
      if (ended.length === 0) break;
      telemetry.log.info({ files: ended.length, until }, 'files of reports have been kept long enough');
    }
    await deleteOld(database, until);
    const drafts = await this.folder.drafts();
    const atWork = await runsAtWork(database, [...new Set(drafts.map(({ runId }) => runId))]);
    for (const { runId, path } of drafts) if (!atWork.has(runId)) await this.folder.removeDraft(path);
  };
}
