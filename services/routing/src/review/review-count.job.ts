import { legKind } from '@tonle/contracts';
import type { Clock } from '@tonle/platform';
import type { Queryable } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import type { ReviewStore } from './review.store.js';

/** Tells how many payments wait for two operators, and for how long: a count of what came does not survive a restart. */
export class ReviewCountJob {
  private readonly open;
  private readonly oldest;

  constructor(
    private readonly reviews: ReviewStore,
    private readonly database: Queryable,
    private readonly clock: Clock,
    telemetry: Telemetry,
  ) {
    this.open = telemetry.gauge('tonle_reviews_open', 'Payments that wait for two operators', ['leg']);
    this.oldest = telemetry.gauge('tonle_reviews_oldest_seconds', 'Age of the oldest of them', ['leg']);
  }

  readonly run = async (): Promise<void> => {
    const counted = await this.reviews.counts(this.database);
    for (const leg of legKind.options) {
      const { open, since } = counted.get(leg) ?? { open: 0, since: undefined };
      this.open.set({ leg }, open);
      this.oldest.set({ leg }, since === undefined ? 0 : (this.clock.now() - since.getTime()) / 1_000);
    }
  };
}
