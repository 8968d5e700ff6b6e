import { RECALL_REASONS, RECALL_REFUSALS } from '@tonle/contracts';
import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';
import { reason as operatorReason } from '../operations/operations.schema.js';
import { instant, linkedRefunds, listNote, pageLimit, printable, uuid } from '../payment/payment.schema.js';

const keysOf = <T extends string>(table: Readonly<Record<T, string>>) => Object.keys(table) as [T, ...T[]];
const PAGE_MAX = 200;

const recallReason = z.enum(keysOf(RECALL_REASONS)).meta({
  description: `Why the money is asked back; in ISO 20022 ${codesOf(RECALL_REASONS)}`,
});
const refusedBecause = z.enum(keysOf(RECALL_REFUSALS)).meta({
  description: `Why the money is not given back; in ISO 20022 ${codesOf(RECALL_REFUSALS)}`,
});
const state = z.enum(['received', 'pending', 'accepted', 'refused', 'expired']).meta({
  description:
    '`received`: on its way to whoever answers; `pending`: there; `accepted`: the money comes back as a refund; `refused`; ' +
    '`expired`: nobody answered before the deadline',
});
const text = printable(500).meta({ description: 'In words for the other side' });

export const createRecallBody = z
  .strictObject({
    paymentId: uuid.meta({ description: 'The payment that you sent' }),
    reason: recallReason,
    text: text.optional(),
  })
  .meta({ id: 'CreateRecall' });
export type CreateRecall = z.infer<typeof createRecallBody>;

const answer = z.enum(['accepted', 'refused', 'pending']).meta({
  description: '`accepted` makes the refund of all that is left; `pending`: it is being looked into',
});
export const answerRecallBody = z
  .strictObject({ answer, refusedBecause: refusedBecause.optional(), text: text.optional() })
  .refine((body) => (body.answer === 'refused') === (body.refusedBecause !== undefined), {
    path: ['refusedBecause'],
    error: 'Say so of `refused`, and of nothing else.',
  })
  .meta({ id: 'AnswerRecall' });
export type AnswerRecall = z.infer<typeof answerRecallBody>;

export const operatorAnswerBody = z
  .strictObject({
    answer,
    refusedBecause: refusedBecause.optional(),
    text: text.optional(),
    reason: operatorReason,
    evidence: printable(2000)
      .min(3)
      .meta({ description: 'What shows that the network said so: a letter, a ticket' }),
  })
  .refine((body) => (body.answer === 'refused') === (body.refusedBecause !== undefined), {
    path: ['refusedBecause'],
    error: 'Say so of `refused`, and of nothing else.',
  })
  .meta({ id: 'RecordRecallAnswer' });
export type OperatorAnswer = z.infer<typeof operatorAnswerBody>;

const recallFields = {
  recallId: uuid,
  paymentId: uuid,
  uetr: uuid,
  direction: z
    .enum(['outbound', 'inbound'])
    .meta({ description: 'Of the payment: outbound, a bank here asks; inbound, a bank here answers' }),
  corridor: z.string(),
  asker: z.string().meta({ description: 'Participant or network that asks the money back' }),
  answerer: z.string().meta({ description: "Participant or network that has to answer: the payee's side" }),
  messageId: z.string().meta({ description: 'Idempotency-Key, or id of the camt.056' }),
  caseId: z.string().optional().meta({ description: 'Id of the case, as the asker named it' }),
  reason: recallReason,
  isoReason: z.string(),
  text: text.optional(),
  amount: publicAmount.meta({ description: 'What was left to give back when it was asked for' }),
  state,
  answer: z
    .object({
      refusedBecause: refusedBecause.optional(),
      isoReason: z.string().optional(),
      text: text.optional(),
    })
    .optional()
    .meta({ description: 'What was answered beside the state' }),
  receivedAt: instant,
  deadline: instant.meta({ description: 'Without an answer it expires then' }),
  endedAt: instant.optional().meta({ description: 'When it was answered or expired' }),
  moneyDue: instant.optional().meta({ description: 'A network has accepted: the money comes until then' }),
  moneyMissing: z.boolean().optional().meta({ description: 'It was due, and has not come' }),
  refunds: linkedRefunds,
  history: z.array(
    z.object({
      at: instant,
      event: z.string(),
      by: z.string().meta({ description: 'Asker, answerer, or `switch`; for operators whoever it was' }),
      detail: z.string().optional(),
    }),
  ),
};

/** A recall as both sides see it. */
export const publicRecall = z
  .object({ ...recallFields, links: z.object({ self: z.string() }) })
  .meta({ id: 'Recall' });
export type PublicRecall = z.infer<typeof publicRecall>;

export const publicRecallList = z
  .object({ recalls: z.array(publicRecall), next: z.string().optional(), note: listNote })
  .meta({ id: 'RecallList' });
export type PublicRecallList = z.infer<typeof publicRecallList>;

export const listRecallsQuery = z.strictObject({
  role: z
    .enum(['asked', 'to_answer'])
    .optional()
    .meta({ description: 'asked: yours; to_answer: those of others that you answer; both when absent' }),
  state: state.optional(),
  paymentId: uuid.optional(),
  cursor: uuid.optional().meta({ description: '`next` of the page before' }),
  limit: pageLimit(PAGE_MAX),
});
export type ListRecalls = z.infer<typeof listRecallsQuery>;

export const operatorRecall = z
  .object({
    ...recallFields,
    byPeople: z
      .boolean()
      .meta({ description: 'The network speaks no recalls: operators ask it, and record its answer here' }),
  })
  .meta({ id: 'OperatorRecall' });
export type OperatorRecall = z.infer<typeof operatorRecall>;

export const operatorRecallList = z
  .object({ recalls: z.array(operatorRecall), next: z.string().optional(), note: listNote })
  .meta({ id: 'OperatorRecallList' });
export type OperatorRecallList = z.infer<typeof operatorRecallList>;

export const operatorRecallsQuery = z.strictObject({
  state: state.optional(),
  participant: printable(35).optional().meta({ description: 'As asker or answerer' }),
  paymentId: uuid.optional(),
  dueBefore: instant
    .optional()
    .meta({ description: 'Open ones whose deadline comes before this; with a zone' }),
  moneyMissing: z
    .literal('true')
    .optional()
    .meta({ description: 'Only those that a network accepted, and did not pay until it was due' }),
  cursor: uuid.optional().meta({ description: '`next` of the page before' }),
  limit: pageLimit(PAGE_MAX),
});
export type OperatorRecallsQuery = z.infer<typeof operatorRecallsQuery>;

function codesOf(table: Readonly<Record<string, string>>): string {
  return Object.entries(table)
    .map(([word, code]) => `\`${word}\` ${code}`)
    .join(', ');
}
