const COLD_SHARE = 0.1;

/**
 * How much of the full rate a load offers, above 0 and at most 1: a warm-up begins with a tenth and reaches all of it
 * half-way, since an open-loop load above what cold code can do never recovers.
 */
export function shareOfRate(elapsedMs: number, warmupMs: number): number {
  const rampMs = warmupMs / 2;
  if (rampMs === 0 || elapsedMs >= rampMs) return 1;
  // Times that were added and taken away again begin a rounding error before 0.
  return COLD_SHARE + (1 - COLD_SHARE) * (Math.max(0, elapsedMs) / rampMs);
}
