import { byHalves } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import type { Directory } from '@tonle/directory';
import type { Database } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import { decideClosing } from './window.decide.js';
import { windowsOfNow } from './window-calendar.js';
import { dueWindows, lockDueWindows, netWindows, openWindows, setWindowState } from './window.store.js';

export interface ClosingResult {
  readonly closed: readonly string[];
  /** Windows past their cut-off that cannot close yet, and why. */
  readonly waiting: Readonly<Record<string, string>>;
}

/** Opens the windows of today; drains, closes and nets those whose cut-off has passed. Idempotent. */
export class WindowClosingJob {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly clock: Clock,
    private readonly telemetry: Pick<Telemetry, 'log'>,
  ) {}

  async run(): Promise<ClosingResult> {
    const nowMs = this.clock.now();
    const windows = windowsOfNow(this.directory, nowMs);
    await this.database.transaction((transaction) => openWindows(transaction, windows));
    const closed: string[] = [];
    const waiting: Record<string, string> = {};
    const close = async (windowIds: readonly string[]) => {
      const result = await this.close(windowIds, nowMs);
      closed.push(...result.closed);
      Object.assign(waiting, result.waiting);
    };
    // One that cannot be netted keeps no other open.
    await byHalves(await dueWindows(this.database, nowMs), close, (windowId, cause) => {
      waiting[windowId] = `cannot be closed: ${String(cause)}`;
      this.telemetry.log.error({ err: cause, windowId }, 'a window cannot be closed');
    });
    return { closed, waiting };
  }

  private close(windowIds: readonly string[], nowMs: number): Promise<ClosingResult> {
    return this.database.transaction(async (transaction) => {
      const closed: string[] = [];
      const waiting: Record<string, string> = {};
      for (const window of await lockDueWindows(transaction, windowIds)) {
        const verdict = decideClosing(window);
        if (verdict.kind === 'close') closed.push(window.windowId);
        else waiting[window.windowId] = verdict.missing;
      }
      await setWindowState(transaction, Object.keys(waiting), 'DRAINING');
      await netWindows(transaction, closed, nowMs);
      return { closed, waiting };
    });
  }
}
