import { z } from 'zod';
import { keptProposal } from './calls-approvals.js';
import { contract, fieldRefusal, instant, operatorAction } from './calls-contract.js';

// What participants hold and may owe, how long it lasts, and how much they may owe.

/** Shares of what a participant may owe, percent: past each of them operators are told. */
export const LIQUIDITY_ALERTS = [50, 75, 90] as const;

export const liquidityAccount = z.object({
  participant: z.string(),
  currency: z.string(),
  prefundMinor: z.string(),
  capMinor: z.string(),
  positionMinor: z.string(),
  pendingDebitsMinor: z.string(),
  headroomMinor: z.string(),
  railMinor: z.string().optional(),
  railPendingMinor: z.string().optional(),
  /** How much of prefund and cap is used; absent where neither is there, or a rail's balance is what counts. */
  usedPercent: z.number().int().optional(),
  /** When nothing is left, if it goes on as in the last hour; absent when that is more than a week away. */
  breachByLastHour: instant.optional(),
  /** The same, if it goes on as on the same weekday a week ago. */
  breachByWeekday: instant.optional(),
});
export type LiquidityAccount = z.infer<typeof liquidityAccount>;

const capRequest = z.object({
  cap: z.object({
    participant: z.string(),
    currency: z.string(),
    /** Not negative; zero: it may owe nothing beyond its prefund. */
    capMinor: z.string().regex(/^\d{1,18}$/),
  }),
  /** Where it can be seen that it was agreed. */
  evidence: z.string().optional(),
  ...operatorAction,
  /** Whose key the operator signed with. */
  participant: z.string(),
});
export type CapRequest = z.infer<typeof capRequest>;

const capAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done') }),
  keptProposal,
  fieldRefusal,
]);
export type CapAnswer = z.infer<typeof capAnswer>;

export const liquidityCalls = {
  /** Lowers a cap at once; raises it when others have approved. */
  setCap: contract('routing', 'routing.set-cap', 5000, capRequest, capAnswer),
};
