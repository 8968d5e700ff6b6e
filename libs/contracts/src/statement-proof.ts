import { z } from 'zod';
import { amountJson } from './amount.js';
import { instant } from './calls-contract.js';
import { uuid } from './messages.js';

// What statements prove of legs whose outcome is not known (domain 6.12): settlement compares, the leg's adapter decides.

/** A leg that its adapter asks about. */
export const openLeg = z.object({
  legKey: z.string(),
  uetr: uuid,
  /** What it moves. */
  amount: amountJson,
  intentAt: instant,
  /** No byte of it left later. */
  sendBefore: instant,
});
export type OpenLegShown = z.infer<typeof openLeg>;

/** What statements that tie say of a leg: booked, refused, or in none of those that should have it. */
export const statementProof = z.object({
  legKey: z.string(),
  says: z.enum(['booked', 'rejected', 'absent']),
  partnerRef: z.string().max(140).optional(),
  amount: amountJson.optional(),
  /** The line; absent for what no line is about. */
  lineId: z.string().optional(),
  /** Days of the statements. */
  days: z.array(z.iso.date()).min(1),
});
export type StatementProof = z.infer<typeof statementProof>;

/**
 * `proven`: by a statement, now or before; `known`: somebody else had said the same; `conflicting`: the contrary is known, a break
 * is opened; `open`: it may not be believed yet; `not_ours`: no such leg was ever to be sent.
 */
export const proofVerdict = z.enum(['proven', 'known', 'conflicting', 'open', 'not_ours']);
export type ProofVerdict = z.infer<typeof proofVerdict>;
