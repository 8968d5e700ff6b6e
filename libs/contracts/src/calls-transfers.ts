import { z } from 'zod';
import { contract, instant } from './calls-contract.js';

// How settlement copies routing's transfers, slice by slice, and proves that it has them all (record 33).

/** The most that one answer carries; a slice with more ends before `until`. */
export const TRANSFERS_MAX = 10_000;

/** By column, since there are many: the same place in each list is the same transfer. */
const transferColumns = z.object({
  chainIds: z.array(z.string()),
  kinds: z.array(z.string()),
  /** Numbers of accounts. */
  debits: z.array(z.number().int()),
  credits: z.array(z.number().int()),
  minors: z.array(z.string()),
  references: z.array(z.string().nullable()),
  atMs: z.array(z.number().int()),
});
export type TransferColumns = z.infer<typeof transferColumns>;

/** Transfers of a span, whole: nothing older than `sealedUpTo` can still be posted. */
export const transfers = contract(
  'routing',
  'routing.transfers',
  30_000,
  z.object({
    /** Absent: from the first one on. */
    from: instant.optional(),
    /** At most so long a span. */
    spanMs: z.number().int().min(1),
  }),
  z.object({
    sealedUpTo: instant.optional(),
    /** All transfers of `from` <= at < `until`; absent when nothing of the span is sealed. */
    slice: z
      .object({
        from: instant,
        until: instant,
        transfers: transferColumns,
        /** Those that the transfers name. */
        accounts: z.array(z.object({ id: z.number().int(), code: z.string() })),
      })
      .optional(),
  }),
);

const transferProof = z.object({
  count: z.number().int(),
  /** Of what each transfer says, whatever their order. */
  digest: z.string(),
  accounts: z.array(z.object({ id: z.number().int(), debits: z.string(), credits: z.string() })),
});
export type TransferProof = z.infer<typeof transferProof>;

/** Count, digest and sums by account of the transfers of a span that is sealed; no proof of one that is not. */
export const proveTransfers = contract(
  'routing',
  'routing.prove-transfers',
  60_000,
  z.object({ from: instant, until: instant }),
  z.object({ proof: transferProof.optional() }),
);
