import { z } from 'zod';
import { amountJson } from './amount.js';
import { instant } from './calls-contract.js';
import { direction } from './messages.js';
import { linkedRefund, uuid } from './refund.js';

// A recall asks that a payment be given back, once it has completed; whoever answers says yes, no, or not yet (domain 6.11).

/** Why a payment is called back -> code of ISO 20022 (ExternalCancellationReason1). */
export const RECALL_REASONS = {
  duplicate: 'DUPL',
  technical_problem: 'TECH',
  fraud: 'FRAD',
  customer_request: 'CUST',
  wrong_account: 'AC03',
  wrong_amount: 'AM09',
  other: 'NARR',
} as const satisfies Readonly<Record<string, string>>;
export type RecallReason = keyof typeof RECALL_REASONS;

/** Why it is not given back -> code of ISO 20022 (ExternalPaymentCancellationRejection1). */
export const RECALL_REFUSALS = {
  customer_refuses: 'CUST',
  no_answer: 'NOAS',
  no_original: 'NOOR',
  already_returned: 'ARDT',
  account_closed: 'AC04',
  no_funds: 'AM04',
  legal_reason: 'LEGL',
  regulatory: 'RR04',
  institution_decides: 'AGNT',
  other: 'NARR',
} as const satisfies Readonly<Record<string, string>>;
export type RecallRefusal = keyof typeof RECALL_REFUSALS;

export const RECALL_STATES = ['RECEIVED', 'PENDING', 'ACCEPTED', 'REFUSED', 'EXPIRED'] as const;
export type RecallState = (typeof RECALL_STATES)[number];

const keysOf = <T extends string>(table: Readonly<Record<T, string>>) => Object.keys(table) as [T, ...T[]];
export const recallReason = z.enum(keysOf(RECALL_REASONS)).catch('other');
export const recallRefusal = z.enum(keysOf(RECALL_REFUSALS)).catch('other');
// A state decides: who does not know one must not guess.
export const recallState = z.enum(RECALL_STATES);

const text = z.string().max(500);
const code = z.string().max(35);

/** Our word for a code of ISO 20022; `other` for one that no word has. */
export function recallReasonOf(iso: string | undefined): RecallReason {
  return wordOf(RECALL_REASONS, iso ?? RECALL_REASONS.customer_request) ?? 'other';
}

/** As `recallReasonOf`, for a refusal. */
export function recallRefusalOf(iso: string | undefined): RecallRefusal {
  return wordOf(RECALL_REFUSALS, iso) ?? 'other';
}

function wordOf<T extends string>(table: Readonly<Record<T, string>>, iso: string | undefined) {
  return keysOf(table).find((word) => table[word] === iso);
}

/** What is said to a recall. */
export const recallAnswer = z.object({
  state: z.enum(['PENDING', 'ACCEPTED', 'REFUSED']),
  refusal: recallRefusal.optional(),
  /** The code, as it was said. */
  isoRefusal: code.optional(),
  text: text.optional(),
});
export type RecallAnswer = z.infer<typeof recallAnswer>;

/** A recall as it is taken. */
export const recallRequest = z.object({
  recallId: uuid,
  paymentId: uuid,
  /** Who asks: the bank that sent the payment, or the network that did. */
  asker: z.string(),
  /** Its own id of the recall: a repeat has the same. */
  messageId: z.string().max(140),
  /** SHA-256 of what is asked for, hexadecimal. */
  contentHash: z.string().length(64),
  caseId: code.optional(),
  cancellationId: code.optional(),
  reason: recallReason,
  isoReason: code,
  text: text.optional(),
});
export type RecallRequest = z.infer<typeof recallRequest>;

export const recallStep = z.object({
  at: instant,
  event: z.string().max(60),
  /** Who: a participant, a service, the key of an operator, `clock`. */
  by: z.string().max(200),
  detail: text.optional(),
});
export type RecallStep = z.infer<typeof recallStep>;

export const recallView = recallRequest.omit({ contentHash: true }).extend({
  uetr: uuid,
  /** Of the payment that is called back, as its own messages named it. */
  originalMessageId: z.string(),
  originalEndToEndId: z.string(),
  corridor: z.string(),
  /** Of the payment. */
  direction,
  /** Who has to answer: the payee's side. */
  answerer: z.string(),
  /** No message reaches whoever answers: people ask, and say what was answered. */
  byPeople: z.boolean(),
  /** What was left to give back when it came; of a payment under way then, what its payee's network is owed. */
  amount: amountJson,
  state: recallState,
  answer: recallAnswer.optional(),
  receivedAt: instant,
  /** Without an answer it ends then. */
  deadline: instant,
  endedAt: instant.optional(),
  /** Of one that a network has accepted: until then the money comes back. */
  moneyDue: instant.optional(),
  /** It has not, and was due. */
  moneyMissing: z.boolean().optional(),
  refunds: z.array(linkedRefund),
  history: z.array(recallStep),
});
export type RecallView = z.infer<typeof recallView>;

export const recallSearch = z.object({
  recallIds: z.array(uuid).max(1000).optional(),
  /** As asker or answerer. */
  participant: z.string().optional(),
  asker: z.string().optional(),
  answerer: z.string().optional(),
  messageId: z.string().optional(),
  caseId: z.string().optional(),
  paymentId: uuid.optional(),
  states: z.array(recallState).optional(),
  /** Only those whose answer is due before this. */
  dueBefore: instant.optional(),
  /** Only those that a network accepted and has not paid when it was due. */
  moneyMissing: z.literal(true).optional(),
  /** Only recalls older than this one: the next page. */
  before: uuid.optional(),
  limit: z.number().int().min(1).max(1000),
});
export type RecallSearch = z.infer<typeof recallSearch>;
