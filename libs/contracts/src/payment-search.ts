import { z } from 'zod';
import { PAYMENT_STATES } from './states.js';
import { instant } from './calls-contract.js';
import { uuid } from './messages.js';

// What operators look for, whoever's payment it is.

export const paymentSearch = z.object({
  /** Any id: payment, UETR, quote, the sender's message id, or a partner's reference. */
  id: z.string().max(140).optional(),
  states: z.array(z.enum(PAYMENT_STATES)).optional(),
  corridor: z.string().optional(),
  /** As sender, debtor agent or creditor agent. */
  participant: z.string().optional(),
  /** Received at or after this. */
  from: instant.optional(),
  /** Received before this. */
  until: instant.optional(),
  /** Only payments older than this one: the next page. */
  before: uuid.optional(),
  limit: z.number().int().min(1).max(1000),
});
export type PaymentSearch = z.infer<typeof paymentSearch>;

/** Something an operator did, with the reason given. */
export const operatorDeed = z.object({
  actionId: uuid,
  at: instant,
  operator: z.string(),
  action: z.string(),
  subject: z.string(),
  reason: z.string(),
  /** Where it can be seen that it was right. */
  evidence: z.string().optional(),
});
export type OperatorDeed = z.infer<typeof operatorDeed>;
