import { z } from 'zod';
import {
  adapterCalls,
  legKind,
  legOutcome,
  operatorDeed,
  PAYMENT_STATES,
  paymentView,
} from '@tonle/contracts';
import { publicAmount } from '../http/public-amount.js';
import { publicPartnerTerms } from '../payment/partner-terms.schema.js';
import {
  instant,
  linkedRefunds,
  listNote,
  pageLimit,
  printable,
  publicRefundCause,
  uuid,
} from '../payment/payment.schema.js';

// Payments and deeds as operators look for them. Amounts are decimal text, as everywhere in the public API.

const PAGE_MAX = 500;
const cursor = uuid.optional().meta({ description: '`next` of the page before' });

export const searchPaymentsQuery = z.strictObject({
  id: printable(140).optional().meta({
    description: "Any id: payment id, UETR, quote, the sender's message id or a partner's reference",
  }),
  step: z.enum(PAYMENT_STATES).optional().meta({ description: 'State of the payment inside the switch' }),
  state: z.enum(['processing', 'completed', 'failed', 'blocked']).optional(),
  corridor: printable(64).optional(),
  participant: printable(64).optional().meta({ description: 'As sender, debtor agent or creditor agent' }),
  from: instant.optional().meta({ description: 'Received at or after this' }),
  until: instant.optional().meta({ description: 'Received before this: payments of a certain age' }),
  cursor,
  limit: pageLimit(PAGE_MAX),
});
export type SearchPayments = z.infer<typeof searchPaymentsQuery>;

const lineOfFee = z.object({ kind: z.string(), payer: z.string(), amount: publicAmount });

/** A payment as routing knows it. */
export const operatorPayment = paymentView
  .omit({ replyTo: true, lane: true, reasonMore: true })
  .extend({
    fxProvider: z.string().optional(),
    settlementBank: z.string().optional(),
    reasonText: z.string().optional(),
    source: publicAmount,
    target: publicAmount,
    creditedAmount: publicAmount.optional(),
    refundedAmount: publicAmount.optional(),
    refunds: linkedRefunds.optional(),
    refundCause: publicRefundCause.optional(),
    fees: z.array(lineOfFee),
    partnerTerms: publicPartnerTerms.optional(),
    obligations: z.array(
      z.object({
        windowId: z.string(),
        debtorParticipant: z.string(),
        creditorParticipant: z.string(),
        amount: publicAmount,
      }),
    ),
  })
  .meta({ id: 'OperatorPayment' });
export type OperatorPayment = z.infer<typeof operatorPayment>;

const operatorLeg = z.object({
  leg: legKind,
  adapter: z.string(),
  outcome: legOutcome.optional().meta({ description: "The partner's last word; absent while there is none" }),
  partnerReference: z.string().optional(),
  attempts: z.int().meta({ description: 'How often it was to be sent' }),
  enquiries: z.int().meta({ description: 'How often the partner was asked about it, until now or its end' }),
  answered: z.int().optional().meta({ description: 'How many of the enquiries the partner answered' }),
  nextEnquiryAt: instant.optional(),
  answers: z
    .array(
      z.object({
        attempt: z.int().meta({ description: 'Which sending it is about' }),
        outcome: legOutcome.meta({ description: 'What it means for the leg' }),
        partnerReference: z.string().optional(),
        isoReason: z.string().optional(),
        amount: publicAmount.optional().meta({ description: 'What the partner says that it moved' }),
        at: instant,
      }),
    )
    .optional()
    .meta({ description: 'What the switch concluded from its answers, in their order' }),
  exchanges: z
    .array(
      z.object({
        at: instant,
        direction: z.enum(['out', 'in']).meta({ description: 'To the partner, or from it' }),
        operation: z.string().meta({ description: 'The message, such as pacs.028' }),
        status: z.int().optional().meta({ description: 'HTTP status of an answer' }),
      }),
    )
    .optional()
    .meta({ description: 'The last messages about it, at most 100, in their order' }),
  decided: z
    .object({
      paid: z.boolean().meta({ description: 'Whether the money of the leg has moved' }),
      partnerReference: z
        .string()
        .optional()
        .meta({ description: 'The reference by which they found it paid' }),
      amount: publicAmount,
      proposalId: z.string().meta({ description: 'The proposal that was approved' }),
      at: instant,
    })
    .optional()
    .meta({ description: 'What two operators found, whatever the partner said; absent when nobody had to' }),
});

/** A payment with its legs, as the adapters of both networks know them. */
export const operatorPaymentDetail = z
  .object({
    payment: operatorPayment,
    legs: z.array(operatorLeg),
    silentAdapters: z
      .array(z.string())
      .meta({ description: 'Adapters that did not answer: their legs are not shown' }),
  })
  .meta({ id: 'OperatorPaymentDetail' });
export type OperatorPaymentDetail = z.infer<typeof operatorPaymentDetail>;

export const operatorPaymentList = z
  .object({ payments: z.array(operatorPayment), next: z.string().optional(), note: listNote })
  .meta({ id: 'OperatorPaymentList' });
export type OperatorPaymentList = z.infer<typeof operatorPaymentList>;

export const actionsQuery = z.strictObject({
  subject: printable(140)
    .optional()
    .meta({ description: 'A payment, corridor, proposal, break, job or other id' }),
  operator: printable(64).optional().meta({ description: 'Id of the key that an operator signed with' }),
  cursor,
  limit: pageLimit(PAGE_MAX),
});
export type ActionsQuery = z.infer<typeof actionsQuery>;

export const operatorActions = z
  .object({
    actions: z.array(operatorDeed),
    next: z.string().optional(),
    silentServices: z
      .array(z.string())
      .meta({ description: 'Services that did not answer: what was done there is not shown' }),
    note: listNote,
  })
  .meta({ id: 'OperatorActions' });
export type OperatorActions = z.infer<typeof operatorActions>;

export type AdapterLeg = z.infer<ReturnType<typeof adapterCalls>['legs']['response']>['legs'][number];
