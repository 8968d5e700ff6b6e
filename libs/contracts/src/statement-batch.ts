import { z } from 'zod';

// What a network settles together, as its files tell it beside the payments of the day (domain 7.5, level P-B). Minor units, signed:
// above zero the network pays us.

const signedMinor = z.string().regex(/^-?(0|[1-9]\d{0,17})$/);
const localDay = z.iso.date();
const name = z.string().min(1).max(64);

/** What payments of a network come to that are cleared together. */
export const clearingCycle = z.object({
  cycleId: name,
  /** As the network knows us in it, where it knows us under several names. */
  account: name,
  /** Local day of the network; absent where the network does not tell it. */
  day: localDay.optional(),
  count: z.number().int().min(0),
  netMinor: signedMinor,
  /** What it takes for them, beside the net. */
  feeMinor: signedMinor.optional(),
});
export type ClearingCycle = z.infer<typeof clearingCycle>;

/** One or several cycles that are settled by one payment at the bank. */
export const statementBatch = z.object({
  batchId: name,
  account: name,
  /** What its payment at the bank is known by; absent: it names nothing, and our window of the day is what is paid. */
  reference: name.optional(),
  /** Number of the contract by which it is settled. */
  agreement: name.optional(),
  /** Absent: the network does not tell it. */
  valueDate: localDay.optional(),
  netMinor: signedMinor,
  cycles: z.array(clearingCycle).max(1000),
});
export type StatementBatch = z.infer<typeof statementBatch>;
