/**
 * From how much on a payment is of a large value, in minor units of what the payer pays. Samples: what the law of a country asks for has to be
 * put here before R20 is handed to anybody.
 */
export const LARGE_VALUES: Readonly<Record<string, bigint>> = {
  KHR: 4_000_000_000n,
  USD: 1_000_000n,
  THB: 35_000_000n,
};
