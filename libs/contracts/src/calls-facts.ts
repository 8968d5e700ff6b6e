import { z } from 'zod';
import { contract, instant } from './calls-contract.js';

// How settlement copies what reports need of other services (record 43).

/** The most that one answer carries. */
export const FACTS_MAX = 2_000;

/** Settlement keeps each as text, JSON; what is in it says the list of sources. */
const factRow = z.object({
  id: z.string().min(1),
  changedAt: instant,
  /** Null: it is not so any more. */
  body: z.record(z.string(), z.unknown()).nullable(),
});
export type FactRow = z.infer<typeof factRow>;

/** What has changed of a source behind a place in it, in the order in which it did: nothing comes before a place that was given. */
export function factsCall(service: string) {
  return contract(
    service,
    'facts',
    30_000,
    z.object({
      source: z.string(),
      /** Absent: from the first one on. */
      after: z
        .string()
        .regex(/^\d{1,18}$/)
        .optional(),
      max: z.number().int().min(1).max(FACTS_MAX),
    }),
    z.object({
      rows: z.array(factRow),
      /** The place behind these rows. */
      next: z.string(),
      /** Are there more rows? */
      isMore: z.boolean(),
      /** Once these rows are copied, all facts are up to this instant; absent while more follow, or none were gathered yet. */
      sealedUpTo: instant.optional(),
    }),
  );
}

export type FactPage = z.infer<ReturnType<typeof factsCall>['response']>;
