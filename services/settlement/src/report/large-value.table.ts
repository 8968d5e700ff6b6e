/**
 * From how much on a payment is of a large value, in minor units of what the payer pays. The riel and dollar figures are Cambodia's threshold
 * of cash reports; the others are samples.
 */
export const LARGE_VALUES: Readonly<Record<string, bigint>> = {
  KHR: 4_000_000_000n,
  USD: 1_000_000n,
  THB: 35_000_000n,
};
