import { z } from 'zod';
import { contract, fieldRefusal, instant, operatorAction, refusal } from './calls-contract.js';
import { uuid } from './messages.js';
import { deedFilter, operatorDeed } from './payment-search.js';

// What one operator proposes and others decide, in each service that owns such deeds (record 38).

/** `approved` waits for the instant from which it is to hold; what is `stale` or `failed` has changed nothing. */
export const APPROVAL_STATES = [
  'pending',
  'approved',
  'executed',
  'rejected',
  'withdrawn',
  'expired',
  'stale',
  'failed',
] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

export const APPROVAL_VERDICTS = ['approve', 'reject', 'withdraw'] as const;

/** Deeds that need more than one operator; who approves each is in the table of policies (libs/approval). */
export const APPROVAL_KINDS = [
  'payment.review',
  'statement.correction',
  'settlement.window',
  'settlement.finalisation',
  'settlement.instruction',
  'settlement.removal',
  'break.resolution',
  'reconciliation.rules',
  'suspense.decision',
  'bank.file',
  'ledger.entry',
  'settlement.withdrawal',
  'period.reopening',
  'reference.rate',
  'participant.cap',
  'directory.change',
  'key.trust',
  'operator.trust',
  'corridor.opening',
  'network.opening',
  'participant.opening',
  'dead-letter.redrive',
] as const;
export type ApprovalKindName = (typeof APPROVAL_KINDS)[number];

/** The services that have deeds which need more than one operator. */
export const APPROVING_SERVICES = ['settlement', 'routing', 'gateway'] as const;

/** The answer of whoever keeps a proposal. */
export const keptProposal = z.object({
  kind: z.literal('proposed'),
  approvalId: uuid,
  approvalsRequired: z.number().int(),
  expiresAt: instant,
});

const facts = z.record(z.string(), z.unknown());
const minor = z.string().regex(/^-?\d{1,18}$/);

/** What whoever approves has to acknowledge by its code. */
export const approvalWarning = z.object({ code: z.string(), text: z.string() });
export type ApprovalWarning = z.infer<typeof approvalWarning>;

export const listedApproval = z.object({
  approvalId: uuid,
  service: z.string(),
  /** What would be done, such as `settlement.window`. */
  kind: z.string(),
  /** To what: a window, a participant's cap, a statement of a day. */
  target: z.string(),
  state: z.enum(APPROVAL_STATES),
  amount: z.object({ currency: z.string(), minor }).optional(),
  proposedBy: z.string(),
  proposedAt: instant,
  reason: z.string(),
  approvals: z.number().int(),
  approvalsRequired: z.number().int(),
  expiresAt: instant,
  /** From when on it is to hold, when that is later than its last approval. */
  effectiveAt: instant.optional(),
  endedAt: instant.optional(),
  /** How it ended, in words. */
  detail: z.string().optional(),
});
export type ListedApproval = z.infer<typeof listedApproval>;

export const approvalVerdict = z.object({
  verdict: z.enum(APPROVAL_VERDICTS),
  participant: z.string(),
  /** Id of the key that signed. */
  operator: z.string(),
  reason: z.string(),
  acknowledged: z.array(z.string()),
  at: instant,
});

/** A policy as a file of policies has it: amounts are written in units of their currency. */
export const writtenPolicy = z.object({
  tiers: z.array(
    z.object({ approvals: z.number().int(), upTo: z.record(z.string(), z.string()).optional() }),
  ),
  expires: z.union([z.object({ hours: z.number().int() }), z.object({ bankingDays: z.number().int() })]),
  makers: z.array(z.string()).optional(),
  checkers: z.array(z.string()).optional(),
});
export type WrittenPolicy = z.infer<typeof writtenPolicy>;

/** An approval as those who decide about it look at it. */
export const wholeApproval = listedApproval.extend({
  operator: z.string(),
  policyVersion: z.number().int(),
  /** What that policy said when it was proposed; absent for requests of before it was kept. */
  policy: writtenPolicy.optional(),
  /** What is as it was proposed for: it is checked again at each approval. */
  targetVersion: z.string(),
  payload: facts,
  before: facts.optional(),
  after: facts.optional(),
  warnings: z.array(approvalWarning),
  /** Where it can be seen that it is right: the hash of a file, ids of messages. */
  evidence: z.string().optional(),
  verdicts: z.array(approvalVerdict),
  /** What came of it. */
  outcome: facts.optional(),
});
export type WholeApproval = z.infer<typeof wholeApproval>;

const whichOnes = z.object({
  state: z.enum(APPROVAL_STATES).optional(),
  kind: z.enum(APPROVAL_KINDS).optional(),
  target: z.string().optional(),
  /** Only older ones than this: the next page. */
  before: uuid.optional(),
  limit: z.number().int().min(1).max(1000),
});
export type ApprovalFilter = z.infer<typeof whichOnes>;

const decision = z.object({
  approvalId: uuid,
  verdict: z.enum(APPROVAL_VERDICTS),
  /** Codes of the warnings that the operator has looked at. */
  acknowledged: z.array(z.string()),
  ...operatorAction,
  participant: z.string(),
});
export type ApprovalDecision = z.infer<typeof decision>;

const decided = z.object({
  kind: z.literal('decided'),
  state: z.enum(APPROVAL_STATES),
  approvals: z.number().int(),
  approvalsRequired: z.number().int(),
  outcome: facts.optional(),
});
const found = z.object({ kind: z.literal('found'), approval: wholeApproval });

/** What people ask about the approvals of one service, and what they decide about each. */
export function approvalCalls(service: string) {
  return {
    /** The newest first. */
    list: contract(service, 'approvals', 5000, whichOnes, z.object({ approvals: z.array(listedApproval) })),
    find: contract(
      service,
      'approval',
      5000,
      z.object({ approvalId: uuid }),
      z.discriminatedUnion('kind', [found, refusal]),
    ),
    /** The last approval does what was proposed, in its own commit. The same verdict of the same operator again changes nothing. */
    decide: contract(
      service,
      'decide-approval',
      35_000,
      decision,
      z.discriminatedUnion('kind', [decided, fieldRefusal]),
    ),
    /** What operators proposed and decided. */
    actions: contract(
      service,
      'approval-actions',
      5000,
      deedFilter,
      z.object({ actions: z.array(operatorDeed) }),
    ),
  };
}

export type ApprovalAnswer = z.infer<ReturnType<typeof approvalCalls>['decide']['response']>;
