import { z } from 'zod';
import {
  BREAK_DECISIONS,
  BREAK_STATES,
  BREAK_TYPES,
  breakAction,
  breakBand,
  breakDesk,
  breakEscalation,
  breakHandling,
  breakState,
  breakType,
} from './break-codes.js';
import { JOB_NAMES, jobState, settlementMode, windowState } from './codes.js';
import { differingFile } from './calls-adapter.js';
import { keptProposal } from './calls-approvals.js';
import { contract, instant, operatorAction, refusal } from './calls-contract.js';
import { uuid } from './messages.js';
import { deedFilter, operatorDeed } from './payment-search.js';

// What settlement answers: windows, breaks and jobs.

export const settlementWindow = z.object({
  windowId: z.string(),
  partner: z.string(),
  currency: z.string(),
  settlementMode,
  day: z.string(),
  state: windowState,
  cutOffAt: instant,
  payments: z.number().int(),
  grossMinor: z.string(),
  nets: z.array(z.object({ participant: z.string(), netMinor: z.string() })),
  bilateral: z.array(
    z.object({
      debtor: z.string(),
      creditor: z.string(),
      amountMinor: z.string(),
      payments: z.number().int(),
    }),
  ),
  /** Grows with each step after its netting. */
  version: z.number().int().default(1),
  valueDate: z.string().optional(),
  settledAt: instant.optional(),
  /** A bank's finalisation was posted for it. */
  finalisedAt: instant.optional(),
  failedReason: z.string().optional(),
  disputed: z.boolean().default(false),
  /** Who was taken out of its net. */
  participantsRemoved: z.array(z.string()).default([]),
  /** What has to happen next, in words; absent when nothing has to. */
  waitsFor: z.string().optional(),
});
export type SettlementWindow = z.infer<typeof settlementWindow>;

export const settlementBreak = z.object({
  breakId: uuid,
  type: breakType,
  severity: z.number().int(),
  partner: z.string(),
  currency: z.string(),
  day: z.string(),
  paymentId: z.string().optional(),
  key: z.string(),
  ourMinor: z.string().optional(),
  theirMinor: z.string().optional(),
  state: breakState,
  /** Who looks after it. */
  owner: z.string().optional(),
  openedAt: instant,
  closedAt: instant.optional(),
  detail: z.string(),
  /** Who it is for until somebody takes it. */
  desk: breakDesk,
  alsoFor: breakDesk.optional(),
  /** What the switch has done with it by itself. */
  handling: breakHandling,
  band: breakBand,
  escalation: breakEscalation,
  /** People have opened it again; they do once. */
  reopened: z.boolean(),
  /** How somebody proposes to end it, or how it was ended. */
  action: breakAction.optional(),
  evidence: z.string().optional(),
  approvalId: uuid.optional(),
  /** What fits, by the rules: keys of the other side, and their breaks that stand. */
  suggestion: z
    .object({
      rule: z.string(),
      pass: z.number().int(),
      with: z.array(z.string()),
      breakIds: z.array(uuid),
    })
    .optional(),
  /** Of an outcome that statements have proven: the line, or the days without one, and what they call themselves. */
  proof: z
    .object({
      lineId: z.string().optional(),
      days: z.array(z.string()),
      statementIds: z.array(z.string()),
    })
    .optional(),
});
export type SettlementBreak = z.infer<typeof settlementBreak>;

/** A day whose statement is due and not here, or not whole. */
export const missingStatement = z.object({
  partner: z.string(),
  currency: z.string(),
  day: z.string(),
  since: instant,
  /** Why it could not be had at the last try; for people. */
  cause: z.string(),
  /** What an operator proposes to read in place of files that were taken; another one decides. */
  correction: z
    .object({
      /** As the list of approvals names it. */
      approvalId: z.string(),
      files: z.array(differingFile),
      reason: z.string(),
      proposedBy: z.string(),
      proposedAt: instant,
    })
    .optional(),
});
export type MissingStatement = z.infer<typeof missingStatement>;

export const settlementCalls = {
  windows: contract(
    'settlement',
    'settlement.windows',
    5000,
    z.object({
      day: z.string().optional(),
      state: windowState.optional(),
      /** The last of the page before. */
      after: z.object({ day: z.string(), windowId: z.string() }).optional(),
      limit: z.number().int().min(1).max(501).optional(),
    }),
    z.object({ windows: z.array(settlementWindow) }),
  ),
  breaks: contract(
    'settlement',
    'settlement.breaks',
    5000,
    z.object({
      day: z.string().optional(),
      type: z.enum(BREAK_TYPES).optional(),
      state: z.enum(BREAK_STATES).optional(),
      severity: z.number().int().optional(),
      partner: z.string().optional(),
      currency: z.string().optional(),
      owner: z.string().optional(),
      /** Those that have not ended. */
      standing: z.boolean().optional(),
      /** The last of the page before. */
      after: uuid.optional(),
      limit: z.number().int().min(1).max(1_001).optional(),
    }),
    z.object({ breaks: z.array(settlementBreak) }),
  ),
  missingStatements: contract(
    'settlement',
    'settlement.missing-statements',
    5000,
    z.object({}),
    z.object({ missing: z.array(missingStatement) }),
  ),
  /** Files of a day say something else than was taken of them: one operator proposes to read what they say now. */
  proposeCorrection: contract(
    'settlement',
    'settlement.propose-correction',
    35_000,
    z.object({
      partner: z.string(),
      currency: z.string(),
      day: z.iso.date(),
      ...operatorAction,
      participant: z.string(),
    }),
    z.discriminatedUnion('kind', [keptProposal, refusal]),
  ),
  /** Gives a break an owner or a note, ends it, or opens it again; what people decide is kept with its reason. */
  decideBreak: contract(
    'settlement',
    'settlement.decide-break',
    5000,
    z.object({
      breakId: uuid,
      decision: z.enum(BREAK_DECISIONS),
      owner: z.string().optional(),
      ...operatorAction,
    }),
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('done') }), refusal]),
  ),
  /** Jobs that people started, and what they decided on breaks. */
  actions: contract(
    'settlement',
    'settlement.actions',
    5000,
    deedFilter,
    z.object({ actions: z.array(operatorDeed) }),
  ),
  runJob: contract(
    'settlement',
    'settlement.run-job',
    5000,
    z.object({
      job: z.enum(JOB_NAMES),
      day: z.string().optional(),
      partner: z.string().optional(),
      ...operatorAction,
    }),
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('started'), jobId: z.string() }), refusal]),
  ),
  job: contract(
    'settlement',
    'settlement.job',
    5000,
    z.object({ jobId: z.string() }),
    z.object({ jobId: z.string(), state: jobState, progress: z.string(), result: z.unknown() }),
  ),
};
