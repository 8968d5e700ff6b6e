import type { Clock } from '@tonle/platform';
import type { Queryable } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import { loadRateBook } from './rate.store.js';

/** Tells how old each standing rate is: one that its provider does not renew goes stale, and nobody quotes the pair. */
export class RateAgeJob {
  private readonly age;

  constructor(
    private readonly database: Queryable,
    private readonly clock: Clock,
    telemetry: Telemetry,
  ) {
    this.age = telemetry.gauge(
      'tonle_fx_rate_age_seconds',
      'Time since the provider last renewed a standing rate',
      ['provider', 'source', 'target'],
    );
  }

  /** A pair whose rate was withdrawn is not told. */
  readonly run = async (): Promise<void> => {
    const book = await loadRateBook(this.database);
    this.age.reset();
    for (const { provider, sourceCurrency: source, targetCurrency: target, rate, pushedAtMs } of book.all())
      if (rate !== undefined)
        this.age.set({ provider, source, target }, Math.max(0, this.clock.now() - pushedAtMs) / 1_000);
  };
}
