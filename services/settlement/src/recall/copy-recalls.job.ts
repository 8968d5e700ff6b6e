import { recallCalls, type RecallView } from '@tonle/contracts';
import type { ServiceCalls } from '@tonle/messaging';
import type { Platform } from '@tonle/platform';
import { movingRecalls, newestRecall, noteRecalls } from './recall-known.store.js';

const PAGE = 500;
const HOUR_MS = 3_600_000;
/** One that was received later may have been committed earlier, by no more than this. */
const OVERLAP_MS = HOUR_MS;
/** What an accepted recall brings back is due weeks later at most. */
const MOVING_MS = 90 * 24 * HOUR_MS;

/** Copies recalls from routing, which holds them, and keeps how each stood when: reports of a past day are made of that. */
export class CopyRecallsJob {
  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock'>,
    private readonly calls: ServiceCalls,
  ) {}

  /** Throws ServiceUnavailable while routing is away: the next round does it. */
  readonly run = async (): Promise<void> => {
    const { database, clock } = this.platform;
    const now = new Date(clock.now());
    const fresh = await this.received(await newestRecall(database));
    const moving = await movingRecalls(database, new Date(now.getTime() - MOVING_MS));
    for (let first = 0; first < moving.length; first += PAGE) {
      const recallIds = moving.slice(first, first + PAGE);
      const { recalls } = await this.calls.call(recallCalls.list, { recallIds, limit: PAGE });
      await noteRecalls(database, recalls, now);
    }
    // All or none: what is known here has to reach back without a gap.
    await database.transaction((transaction) => noteRecalls(transaction, fresh, now));
  };

  private async received(newest: Date | undefined): Promise<RecallView[]> {
    const since = newest === undefined ? -Infinity : newest.getTime() - OVERLAP_MS;
    const found: RecallView[] = [];
    for (let before: string | undefined; ;) {
      const { recalls } = await this.calls.call(recallCalls.list, {
        limit: PAGE,
        ...(before !== undefined && { before }),
      });
      found.push(...recalls);
      const last = recalls.at(-1);
      if (last === undefined || recalls.length < PAGE || Date.parse(last.receivedAt) < since) return found;
      before = last.recallId;
    }
  }
}
