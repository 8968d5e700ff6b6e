import { z } from 'zod';
import { amountJson } from './amount.js';
import { isoStatus, reasonCode, settlementMode, timeField } from './codes.js';
import { partnerTerms } from './partner-terms.js';
import { REASON_TEXT_MAX } from './reason-text.js';
import { refundCause, refundedPayment, uuid } from './refund.js';
import { PAYMENT_STATES } from './states.js';

export { uuid };

// What travels between services. Schemas only grow: a new field is optional or has a default.

const instant = z.iso.datetime({ offset: true });
const shortText = z.string().min(1).max(140);
/** Ids, references and names: every text has a bound, so that every record has one (message-size.spec.ts). */
const name = z.string().max(200);
/** What follows the first 200 characters of `reasonText`: versions before it take no more of them (`reasonWords`). */
const reasonMore = z.string().max(REASON_TEXT_MAX).optional();

export const direction = z.enum(['outbound', 'inbound']);
export type Direction = z.infer<typeof direction>;
export const legKind = z.enum(['debit', 'credit', 'reversal']);

/** A customer and the account that is debited or credited. */
export const customer = z.object({
  name: shortText,
  /** Account id as the owning network writes it: a Bakong id, a Thai proxy or account, a biller id. */
  account: z.string().min(1).max(99),
  /** How the account is to be read: `bakong`, `bank_account`, or an ISO proxy type such as `MBNO`, `BIID`. */
  accountType: z.string().min(1).max(35),
  country: z.string().length(2).optional(),
  town: z.string().max(35).optional(),
});
export type Customer = z.infer<typeof customer>;

/** What the payee's network said about the payee, and until when that holds (decisions 10). */
export const payeeLookup = z.object({
  lookupId: uuid,
  payeeName: shortText,
  validUntil: instant,
  /** The exact text of the scanned code, when there was one. */
  qrText: z.string().max(512).optional(),
  qrExpiresAt: instant.optional(),
});

/** The instance to notify when the payment ends (decisions 14). */
export const replyTo = z.object({ service: name, instance: name });

/** gateway or an adapter's inbound endpoint -> routing. Message id = payment id. */
export const paymentSubmit = z.object({
  paymentId: uuid,
  uetr: uuid,
  direction,
  corridor: name,
  /** Participant that instructs us: a bank at the gateway, the partner network at its adapter's inbound endpoint. */
  sender: name,
  messageId: z.string().max(140),
  endToEndId: z.string().max(35),
  transactionId: z.string().max(35).optional(),
  quoteId: uuid,
  source: amountJson,
  target: amountJson,
  debtor: customer,
  /** Participant id of the debtor's bank (outbound) or of the partner network (inbound). */
  debtorAgent: name,
  creditor: customer,
  /** Participant id of the partner network (outbound) or of the payee's bank (inbound). */
  creditorAgent: name,
  purpose: z.string().max(4).optional(),
  remittance: z.string().max(140).optional(),
  lookup: payeeLookup.optional(),
  /** What the partner said of the money with its instruction; the quote may carry more. */
  partnerTerms: partnerTerms.optional(),
  /** Inbound: the source network signed that the payer's side is secured. */
  payerSecured: z.boolean(),
  /** This is a refund of that payment. */
  refundOf: refundedPayment.optional(),
  refundCause: refundCause.optional(),
  /** Outbound: the code of its payer's that it was drawn on, through the payee's network. */
  paymentCodeId: uuid.optional(),
  acceptedAt: instant,
  /** The sender's own deadline, when it gave one; routing takes the earlier of this and the corridor's. */
  deadline: instant.optional(),
  receivedAt: instant,
  replyTo,
});
export type PaymentSubmit = z.infer<typeof paymentSubmit>;

/** routing -> adapter. Message id = leg key and attempt. */
export const legCommand = z.object({
  legKey: name,
  paymentId: uuid,
  uetr: uuid,
  leg: legKind,
  /** Grows when routing asks for the same leg again after NOT_SENT or NOT_RECEIVED; the leg key stays. */
  attempt: z.number().int().min(1),
  corridor: name,
  direction,
  /** What this leg moves. */
  amount: amountJson,
  /** The payment's amount in the other currency, and target units for one source unit. */
  otherAmount: amountJson,
  rate: name,
  quoteId: uuid,
  /** In one currency the settlement bank: it takes and gives money on the rail as an FX provider does. */
  fxProvider: name,
  debtor: customer,
  debtorAgent: name,
  creditor: customer,
  creditorAgent: name,
  endToEndId: name,
  purpose: name.optional(),
  remittance: name.optional(),
  qrText: z.string().max(512).optional(),
  /** What the partner has said of the money so far, such as the payee's own amount and the quote for it. */
  partnerTerms: partnerTerms.optional(),
  /** The leg is part of a refund of that payment. */
  refundOf: refundedPayment.optional(),
  acceptedAt: instant,
  /** No first byte after this instant: too late is NOT_SENT (decisions 12). */
  sendBefore: instant,
  /** Reversal: the partner's reference of the accepted leg that is undone. */
  originalPartnerRef: name.optional(),
  /** Two operators had the reversal sent once more: that the partner contradicted an earlier attempt does not keep it back. */
  reopened: z.boolean().optional(),
});
export type LegCommand = z.infer<typeof legCommand>;

/** Outcome classes an adapter reports (domain 6.6, decisions 11). `not_received`: believed under domain 6.7. */
export const legOutcome = z.enum([
  'accepted',
  'rejected',
  'not_sent',
  'not_received',
  'unknown',
  'exhausted',
  'blocked',
  'conflicting',
]);
export type LegOutcome = z.infer<typeof legOutcome>;

/** adapter -> routing. */
export const legResult = z.object({
  legKey: name,
  paymentId: uuid,
  leg: legKind,
  attempt: z.number().int().min(1),
  outcome: legOutcome,
  /** The partner's own reference: the Bakong ledger hash, the Thai transaction id. */
  partnerRef: name.optional(),
  /** ISO external status reason code, mapped from the partner's. */
  reason: z.string().max(4).optional(),
  reasonText: name.optional(),
  reasonMore,
  /** What the partner says it moved, when it says so. */
  amount: amountJson.optional(),
  /** What else it says of the money: discount, fee, the amounts in other currencies. */
  partnerTerms: partnerTerms.optional(),
  at: instant,
});
export type LegResult = z.infer<typeof legResult>;

/** routing -> adapter: what two operators have found about a leg that no answer ended (domain 6.16). */
export const legDecided = z.object({
  legKey: name,
  paymentId: uuid,
  leg: legKind,
  paid: z.boolean(),
  partnerRef: name.optional(),
  /** What the leg moves, or was to move. */
  amount: amountJson,
  /** The proposal that was approved. */
  proposalId: uuid,
  at: instant,
});
export type LegDecided = z.infer<typeof legDecided>;

/** The same, as it is shown with its leg. */
export const legFinding = legDecided.omit({ legKey: true, paymentId: true, leg: true });
export type LegFinding = z.infer<typeof legFinding>;

export const historyStep = z.object({
  from: z.enum(PAYMENT_STATES).nullable(),
  event: z.string().max(60),
  to: z.enum(PAYMENT_STATES),
  /** The last time, when it came several times. */
  at: instant,
  /** How often the same came and left the payment where it was; absent for once. */
  times: z.number().int().optional(),
});
export type HistoryStep = z.infer<typeof historyStep>;

/** The settlement window of one side, fixed in the commit that completed the payment (I15). */
export const windowRef = z.object({
  windowId: name,
  partner: name,
  currency: name,
  settlementMode,
  /** Business day of the window, YYYY-MM-DD. */
  day: name,
  calendarVersion: z.number().int(),
});
export type WindowRef = z.infer<typeof windowRef>;

/** One obligation of a completed payment: who owes whom, in one currency. */
export const obligation = z.object({
  windowId: name,
  debtorParticipant: name,
  creditorParticipant: name,
  amount: amountJson,
});

/** routing -> all subscribers, on the public topic: final states, holds, reviews and unknown outcomes. No personal data. */
export const paymentEvent = z.object({
  paymentId: uuid,
  uetr: uuid,
  version: z.number().int(),
  state: z.enum(PAYMENT_STATES),
  /** ISO 20022 status to show: ACCC, RJCT, BLCK, PDNG ... */
  isoStatus,
  reason: reasonCode.optional(),
  isoReason: name.optional(),
  reasonText: name.optional(),
  reasonMore,
  /** Of a payment that came too late: the property of its instruction by which it did; absent when none is at fault. */
  reasonField: timeField.optional(),
  /** It waits, undebited, for a network that does not answer: until then at most. */
  waitsUntil: instant.optional(),
  direction,
  corridor: name,
  sender: name,
  messageId: name,
  endToEndId: name,
  debtorAgent: name,
  creditorAgent: name,
  fxProvider: name,
  quoteId: uuid,
  rate: name,
  source: amountJson,
  target: amountJson,
  /** What the payee's network settles, where a discount that it names makes that less than the target: it is owed so much. */
  creditedAmount: amountJson.optional(),
  fees: z.array(z.object({ kind: name, payer: name, amount: amountJson })).max(20),
  partnerTerms: partnerTerms.optional(),
  /** What the payer pays for: a code of ISO 20022 (ExternalPurpose1). */
  purpose: z.string().max(4).optional(),
  /** Id of the payment that this one refunds. */
  refundOf: uuid.optional(),
  refundCause: refundCause.optional(),
  /** Id of the payer's code that it was drawn on. */
  paymentCodeId: uuid.optional(),
  /** The partners' references of the accepted legs. */
  partnerRefs: z.object({
    debit: name.optional(),
    credit: name.optional(),
    reversal: name.optional(),
  }),
  acceptedAt: instant,
  at: instant,
  completedAt: instant.optional(),
  windows: z.array(windowRef).max(10),
  obligations: z.array(obligation).max(10),
  /** The outbox lane that committed this event; settlement counts by lane before it closes a window. */
  lane: name,
  replyTo,
  history: z.array(historyStep).max(1_500),
});
export type PaymentEventMessage = z.infer<typeof paymentEvent>;

/** routing -> the adapter through whose door the payment came: answer your caller. */
export const inboundOutcome = z.object({
  paymentId: uuid,
  uetr: uuid,
  version: z.number().int(),
  state: z.enum(PAYMENT_STATES),
  isoStatus,
  isoReason: name.optional(),
  reasonText: name.optional(),
  reasonMore,
  reasonField: timeField.optional(),
  partnerRef: name.optional(),
  at: instant,
  replyTo,
});
export type InboundOutcome = z.infer<typeof inboundOutcome>;
