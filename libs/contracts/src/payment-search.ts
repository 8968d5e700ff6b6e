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

/** An amount of either side of a payment, in one currency; minor units, ends included. */
const amountBetween = z.object({
  currency: z.string(),
  minMinor: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
  maxMinor: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
});
export type AmountBetween = z.infer<typeof amountBetween>;

/** What a bank looks for among the payments of its customers that others sent: those that come in, or were drawn on codes. */
export const inboundSearch = z.object({
  /** The payee's bank, of what comes in. */
  creditorAgent: z.string().optional(),
  /** In its place the payer's bank, of what was drawn on codes of its payers. */
  drawnFrom: z.string().optional(),
  uetr: uuid.optional(),
  /** Of the network that sent it. */
  messageId: z.string().max(140).optional(),
  /** Of the leg to the payee, on the payee's network; of either leg where it was drawn on a code. */
  partnerReference: z.string().max(140).optional(),
  endToEndId: z.string().max(35).optional(),
  /** Refunds of this payment. */
  refundOf: uuid.optional(),
  states: z.array(z.enum(PAYMENT_STATES)).optional(),
  /** Received at or after this. */
  from: instant.optional(),
  /** Received before this. */
  until: instant.optional(),
  /** Day of the home network's settlement window. */
  settlementDate: z.iso.date().optional(),
  amount: amountBetween.optional(),
  /** Only payments older than this one: the next page. */
  before: uuid.optional(),
  limit: z.number().int().min(1).max(1000),
});
export type InboundSearch = z.infer<typeof inboundSearch>;

/** Something an operator did, with the reason given. */
export const operatorDeed = z.object({
  actionId: uuid,
  at: instant,
  operator: z.string(),
  action: z.string(),
  subject: z.string(),
  reason: z.string(),
  /** What of it: a day, an owner. */
  detail: z.string().optional(),
  /** Where it can be seen that it was right. */
  evidence: z.string().optional(),
});
export type OperatorDeed = z.infer<typeof operatorDeed>;

/** Which deeds are asked for, newest first. */
export const deedFilter = z.object({
  /** What it was done to: a payment, corridor, proposal, break, job. */
  subject: z.string().optional(),
  operator: z.string().optional(),
  /** Only deeds older than this one: the next page. */
  before: uuid.optional(),
  limit: z.number().int().min(1).max(1000),
});
export type DeedFilter = z.infer<typeof deedFilter>;
