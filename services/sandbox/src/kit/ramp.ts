const COLD_SHARE = 0.1;

/**
 * How much of the full rate a load offers: a warm-up begins with a tenth and reaches all of it half-way, since an
 * open-loop load above what cold code can do never recovers.
 */
export function shareOfRate(elapsedMs: number, warmupMs: number): number {
  const rampMs = warmupMs / 2;
  return elapsedMs >= rampMs ? 1 : COLD_SHARE + (1 - COLD_SHARE) * (elapsedMs / rampMs);
}
