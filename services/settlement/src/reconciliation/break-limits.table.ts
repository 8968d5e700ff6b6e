// How much people may decide at once, and write off (domain 7.6): minor units. A currency that is not named has no limit above zero.

interface BreakLimits {
  /** Of each of several that are decided together. */
  readonly togetherMinor: bigint;
  /** Of one that is written off, and of all in a month. */
  readonly writeOffMinor: bigint;
  readonly writeOffMonthMinor: bigint;
}

/** About 1,000.00, 100.00 and 1,000.00 USD. */
const LIMITS: Readonly<Record<string, BreakLimits>> = {
  KHR: { togetherMinor: 400_000_000n, writeOffMinor: 40_000_000n, writeOffMonthMinor: 400_000_000n },
  USD: { togetherMinor: 100_000n, writeOffMinor: 10_000n, writeOffMonthMinor: 100_000n },
  THB: { togetherMinor: 3_500_000n, writeOffMinor: 350_000n, writeOffMonthMinor: 3_500_000n },
  LAK: { togetherMinor: 2_150_000_000n, writeOffMinor: 215_000_000n, writeOffMonthMinor: 2_150_000_000n },
  VND: { togetherMinor: 25_000_000n, writeOffMinor: 2_500_000n, writeOffMonthMinor: 25_000_000n },
  JPY: { togetherMinor: 150_000n, writeOffMinor: 15_000n, writeOffMonthMinor: 150_000n },
  CNY: { togetherMinor: 720_000n, writeOffMinor: 72_000n, writeOffMonthMinor: 720_000n },
  RWF: { togetherMinor: 1_400_000n, writeOffMinor: 140_000n, writeOffMonthMinor: 1_400_000n },
};

const NOTHING: BreakLimits = { togetherMinor: 0n, writeOffMinor: 0n, writeOffMonthMinor: 0n };

/** Limits of a currency. */
export function limitsOf(currency: string): BreakLimits {
  return LIMITS[currency] ?? NOTHING;
}
