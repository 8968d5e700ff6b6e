/** How much of a currency a provider has promised and owes, against its limit; minor units. */
export interface Exposure {
  readonly provider: string;
  readonly currency: string;
  readonly limitMinor: bigint;
  /** Targets of quotes that are neither used nor expired. */
  readonly openMinor: bigint;
  /** Sold less bought over the days that are not settled yet. */
  readonly positionMinor: bigint;
}

/** Days after which a position counts as settled: the deferred side pays on the next banking day. */
export const UNSETTLED_DAYS = 4;

/** The exposures as one batch of quotes sees and raises them. */
export class ExposureBook {
  private readonly byKey = new Map<string, Exposure>();
  private readonly added = new Map<string, bigint>();

  constructor(exposures: readonly Exposure[]) {
    for (const exposure of exposures) this.byKey.set(`${exposure.provider}:${exposure.currency}`, exposure);
  }

  /** May the provider promise this much more? A position in its favour gives no more room than its limit. */
  covers(provider: string, currency: string, minor: bigint): boolean {
    const key = `${provider}:${currency}`;
    const known = this.byKey.get(key);
    if (known === undefined) return false;
    const owed = known.positionMinor > 0n ? known.positionMinor : 0n;
    return owed + known.openMinor + (this.added.get(key) ?? 0n) + minor <= known.limitMinor;
  }

  /** A quote was issued. */
  add(provider: string, currency: string, minor: bigint): void {
    const key = `${provider}:${currency}`;
    this.added.set(key, (this.added.get(key) ?? 0n) + minor);
  }
}
