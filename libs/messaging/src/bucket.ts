/** How much may be taken at once, and how fast it comes back. Both above 0. */
export interface Bucket {
  readonly size: number;
  readonly perSecond: number;
}

/** What is taken: only when so much is in the bucket, or in any case. Below 0 it is given back. */
export interface Spending {
  readonly cost: number;
  readonly anyway?: boolean;
}

export interface Spent {
  readonly taken: boolean;
  /** What is in the bucket now; below 0 when more was taken than was there. */
  readonly level: number;
}

/** What was in a bucket at a moment, milliseconds of any one clock. */
export interface BucketLevel {
  readonly level: number;
  readonly atMs: number;
}

/**
 * A token bucket: full at first, never fuller than its size, never emptier than that below nothing. A clock that was set
 * back fills nothing.
 */
export function spendFrom(
  before: BucketLevel | undefined,
  { size, perSecond }: Bucket,
  { cost, anyway = false }: Spending,
  nowMs: number,
): Spent {
  const passedMs = before === undefined ? 0 : Math.max(0, nowMs - before.atMs);
  const filled = Math.min(size, (before?.level ?? size) + (passedMs * perSecond) / 1_000);
  const taken = anyway || filled >= cost;
  return { taken, level: taken ? Math.max(-size, Math.min(size, filled - cost)) : filled };
}

/** When a bucket is full again: nothing is lost by forgetting it then. Milliseconds. */
export function fullAfterMs({ size, perSecond }: Bucket, level: number): number {
  return Math.ceil(((size - level) / perSecond) * 1_000) + 1_000;
}
