import { z } from 'zod';
import { instant, operatorAction } from './calls-contract.js';
import { amountJson } from './amount.js';
import { direction, legKind, uuid } from './messages.js';
import { PAYMENT_STATES } from './states.js';

// Payments that no answer ends: two operators say what became of a leg (domain 6.16).

/** What can be said of a leg: it was paid, it was not and never will be, or its reversal is to be sent once more. */
export const REVIEW_DECISIONS = ['paid', 'not_paid', 'reverse'] as const;
export const reviewDecision = z.enum(REVIEW_DECISIONS);
export type ReviewDecision = z.infer<typeof reviewDecision>;

/** Who acts: a participant, by one of its keys, and why. */
const deed = { ...operatorAction, participant: z.string().min(1) };

/** Where it can be seen: a statement line, a partner's letter, a ticket. */
export const reviewEvidence = z.string().min(3).max(2000);

export const proposeReview = z.object({
  paymentId: uuid,
  decision: reviewDecision,
  /** The partner's reference of the leg; needed for `paid`. */
  partnerRef: z.string().min(1).max(140).optional(),
  /** What the partner booked, when that is not what was asked for. */
  amount: amountJson.optional(),
  evidence: reviewEvidence,
  ...deed,
});
export type ProposeReview = z.infer<typeof proposeReview>;

export const listedReview = z.object({
  paymentId: uuid,
  uetr: uuid,
  corridor: z.string(),
  direction,
  leg: legKind,
  since: instant,
  /** The event that brought it here, as histories show it. */
  because: z.string(),
  /** What the leg moves. */
  amount: amountJson,
  /** Who waits for that amount; absent for a debit, which takes it. */
  owedTo: z.object({ agent: z.string(), account: z.string() }).optional(),
  attempts: z.number().int(),
  /** What may be proposed of this leg. */
  decisions: z.array(reviewDecision),
  /** From when on it may be said that it was not paid: until then what was sent may still arrive. */
  notPaidFrom: instant.optional(),
  proposal: z
    .object({
      /** As the list of approvals names it. */
      approvalId: z.string(),
      decision: reviewDecision,
      partnerRef: z.string().optional(),
      amount: amountJson.optional(),
      reason: z.string(),
      evidence: z.string(),
      proposedBy: z.string(),
      proposedAt: instant,
    })
    .optional(),
});
export type ListedReview = z.infer<typeof listedReview>;

/** A payment whose next step breaks: no decision ends it before its cause is mended. */
export const undecidedPayment = z.object({
  paymentId: uuid,
  state: z.enum(PAYMENT_STATES),
  since: instant,
  lastAt: instant,
  times: z.number().int(),
  cause: z.string(),
});
export type UndecidedPayment = z.infer<typeof undecidedPayment>;
