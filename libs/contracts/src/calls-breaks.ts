import { z } from 'zod';
import { BREAK_ACTIONS, BREAK_TYPES, breakBand, breakType } from './break-codes.js';
import { contract, instant, operatorAction, refusal } from './calls-contract.js';
import { settlementBreak } from './calls-settlement.js';
import { uuid } from './messages.js';
import { reconciliationRules } from './reconciliation-rules.js';

// The life of breaks, and what runs of reconciliation found by which rules (record 37).

/** Decided together at most. */
export const BREAKS_TOGETHER_MAX = 200;

const breakIds = z.array(uuid).min(1).max(BREAKS_TOGETHER_MAX);
const person = { ...operatorAction, participant: z.string() };

/** What was done with a break, by people or by the system. */
export const breakStep = z.object({
  at: instant,
  /** `system`, or the key that signed. */
  by: z.string(),
  step: z.string(),
  detail: z.string(),
  owner: z.string().optional(),
});
export type BreakStep = z.infer<typeof breakStep>;

/** Open breaks of one partner, currency and band. */
export const breakAgeing = z.object({
  partner: z.string(),
  currency: z.string(),
  band: breakBand,
  type: breakType,
  breaks: z.number().int(),
  /** What they are about together. */
  valueMinor: z.string(),
});
export type BreakAgeing = z.infer<typeof breakAgeing>;

/** A result of a day: the same found again is the same run. */
export const reconciliationRun = z.object({
  level: z.string(),
  partner: z.string(),
  currency: z.string(),
  day: z.string(),
  run: z.number().int(),
  ruleSet: z.number().int(),
  ranAt: instant,
  confirmedAt: instant,
  times: z.number().int(),
  /** SHA-256 over matches, differences and counts. */
  digest: z.string(),
  counts: z.record(z.string(), z.number().int()),
});
export type ReconciliationRun = z.infer<typeof reconciliationRun>;

const proposed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('proposed'), approvalId: uuid }),
  refusal,
]);

export const breakCalls = {
  /** One with its history. */
  find: contract(
    'settlement',
    'settlement.break',
    5000,
    z.object({ breakId: uuid }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('found'), found: settlementBreak, history: z.array(breakStep) }),
      refusal,
    ]),
  ),
  /** How breaks are to end, with evidence; others approve it. */
  propose: contract(
    'settlement',
    'settlement.propose-break',
    10_000,
    z.object({
      breakIds,
      action: z.enum(BREAK_ACTIONS),
      /** Of a write-off: whether the scheme loses it, or keeps it. */
      result: z.enum(['loss', 'gain']).optional(),
      evidence: z.string().min(1).max(500),
      ...person,
    }),
    proposed,
  ),
  /** Breaks of one type and below the value limit, together. */
  decideMany: contract(
    'settlement',
    'settlement.decide-breaks',
    10_000,
    z.object({
      type: z.enum(BREAK_TYPES),
      breakIds,
      decision: z.enum(['assign', 'resolve']),
      owner: z.string().optional(),
      ...person,
    }),
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('done'), decided: z.number().int() }), refusal]),
  ),
  /** Open breaks by age. */
  ageing: contract(
    'settlement',
    'settlement.break-ageing',
    10_000,
    z.object({}),
    z.object({ ageing: z.array(breakAgeing) }),
  ),
  /** Results of days, the newest first. */
  runs: contract(
    'settlement',
    'settlement.reconciliation-runs',
    5000,
    z.object({
      day: z.string().optional(),
      partner: z.string().optional(),
      /** The last of the page before. */
      after: reconciliationRun
        .pick({ day: true, partner: true, currency: true, level: true, run: true })
        .optional(),
      limit: z.number().int().max(1_001),
    }),
    z.object({ runs: z.array(reconciliationRun) }),
  ),
  /** All versions of the rules, the newest first. */
  rules: contract(
    'settlement',
    'settlement.reconciliation-rules',
    5000,
    z.object({}),
    z.object({
      versions: z.array(
        z.object({
          version: z.number().int(),
          effectiveFrom: z.string(),
          madeBy: z.string(),
          rules: reconciliationRules,
        }),
      ),
    }),
  ),
  /** Rules for days to come; another operator approves them. */
  proposeRules: contract(
    'settlement',
    'settlement.propose-reconciliation-rules',
    5000,
    z.object({ effectiveFrom: z.iso.date(), rules: reconciliationRules, ...person }),
    proposed,
  ),
};
