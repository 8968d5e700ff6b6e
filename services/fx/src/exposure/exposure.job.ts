import type { Clock } from '@tonle/platform';
import type { Database } from '@tonle/persistence';
import { expireQuotes, lockExposures } from './exposure.store.js';

const EVERY_MS = 5_000;
const BATCH_MAX = 1_000;

/** Takes expired quotes out of the exposure, one batch a round. */
export class ExposureJob {
  private isBehind = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Milliseconds to the next round: a full batch is followed at once. */
  readonly pauseMs = (): number => (this.isBehind ? 0 : EVERY_MS);

  /** Expires one batch; says how many. */
  readonly run = async (): Promise<number> => {
    this.isBehind = false;
    const expired = await this.database.transaction(async (transaction) => {
      const nowMs = this.clock.now();
      await lockExposures(transaction, nowMs);
      return expireQuotes(transaction, nowMs, BATCH_MAX);
    });
    this.isBehind = expired === BATCH_MAX;
    return expired;
  };
}
