import type { Rate } from '@tonle/money';

/** A provider's standing rate: it holds for any amount until the next version, its withdrawal or its age. */
export interface StandingRate {
  readonly provider: string;
  readonly version: number;
  /** Undefined: the provider withdrew it; the row stays as evidence. */
  readonly rate: Rate | undefined;
  readonly sourceCurrency: string;
  readonly targetCurrency: string;
  readonly pushedAtMs: number;
  readonly validUntilMs: number | undefined;
}

/** A rate that was not renewed for so long is not quoted any more. */
export const RATE_AGE_MS_MAX = 120_000;
/** How far a new rate may be from the provider's last one. */
export const RATE_STEP_BASIS_POINTS_MAX = 1_000n;

/** The newest standing rate of each provider and pair, as of one version of the book. Immutable. */
export class RateBook {
  private readonly byPair = new Map<string, Map<string, StandingRate>>();

  /** `version` grows with every push and withdrawal, over all instances. */
  constructor(
    readonly version: bigint,
    rates: readonly StandingRate[],
  ) {
    for (const rate of rates) {
      const key = `${rate.sourceCurrency}>${rate.targetCurrency}`;
      const pair = this.byPair.get(key) ?? new Map<string, StandingRate>();
      pair.set(rate.provider, rate);
      this.byPair.set(key, pair);
    }
  }

  /** Every provider that ever pushed this pair, in order of provider. */
  ofPair(sourceCurrency: string, targetCurrency: string): StandingRate[] {
    const pair = this.byPair.get(`${sourceCurrency}>${targetCurrency}`);
    return [...(pair?.values() ?? [])].sort((a, b) => (a.provider < b.provider ? -1 : 1));
  }

  /** Those of all providers and pairs. */
  all(): StandingRate[] {
    return [...this.byPair.values()].flatMap((pair) => [...pair.values()]);
  }

  find(provider: string, sourceCurrency: string, targetCurrency: string): StandingRate | undefined {
    return this.byPair.get(`${sourceCurrency}>${targetCurrency}`)?.get(provider);
  }
}
