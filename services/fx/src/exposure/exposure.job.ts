import { allByHalves } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import type { Database } from '@tonle/persistence';
import { expireQuotes, lockExposures, providersToExpire } from './exposure.store.js';

const EVERY_MS = 5_000;
const BATCH_MAX = 1_000;

/** Takes expired quotes out of the exposure, one batch a provider and round. */
export class ExposureJob {
  private isBehind = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Milliseconds to the next round: a full batch is followed at once. */
  readonly pauseMs = (): number => (this.isBehind ? 0 : EVERY_MS);

  /** Expires a batch of each provider; says how many. Rejects when one's books do not follow, after the others' did. */
  readonly run = async (): Promise<number> => {
    this.isBehind = false;
    let expired = 0;
    const take = async (part: readonly string[]) => {
      const taken = await this.expire(part);
      expired += taken.reduce((sum, count) => sum + count, 0);
      this.isBehind ||= taken.includes(BATCH_MAX);
    };
    const providers = await providersToExpire(this.database, this.clock.now());
    await allByHalves(providers, take, (provider) => `quotes of ${provider} cannot expire`);
    return expired;
  };

  private expire(providers: readonly string[]): Promise<number[]> {
    return this.database.transaction(async (transaction) => {
      const nowMs = this.clock.now();
      const [, ...taken] = await Promise.all([
        lockExposures(transaction),
        ...providers.map((provider) => expireQuotes(transaction, provider, nowMs, BATCH_MAX)),
      ]);
      return taken;
    });
  }
}
