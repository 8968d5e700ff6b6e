import { z } from 'zod';
import { contract, instant, operatorAction, refusal } from './calls-contract.js';
import { amountJson } from './amount.js';
import { uuid } from './refund.js';
import { recallAnswer, recallRequest, recallSearch, recallState, recallView } from './recall.js';

// Recalls: routing holds them, banks ask and answer through the gateway, networks through their adapters.

/** What an adapter needs to ask its network for a payment that it credited for us. */
export const networkRecall = z.object({
  recallId: uuid,
  /** The credit leg of the payment. */
  legKey: z.string(),
  uetr: uuid,
  endToEndId: z.string(),
  amount: amountJson,
  /** Participant that stands for the network. */
  answerer: z.string(),
  isoReason: z.string(),
  text: z.string().optional(),
  askedAt: instant,
});
export type NetworkRecall = z.infer<typeof networkRecall>;

/** How the recall of a network ended, to be told to it. */
export const networkRecallEnd = z.object({
  recallId: uuid,
  asker: z.string(),
  caseId: z.string().optional(),
  cancellationId: z.string().optional(),
  messageId: z.string(),
  originalMessageId: z.string(),
  originalEndToEndId: z.string(),
  uetr: uuid,
  state: recallState,
  answer: recallAnswer.optional(),
  endedAt: instant,
});
export type NetworkRecallEnd = z.infer<typeof networkRecallEnd>;

/** What became of asking a network: it speaks no recalls, it has not been reached or said nothing clear, it has it, it has answered. */
export const networkRecallReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('not_served') }),
  z.object({ kind: z.literal('silent'), because: z.string().max(500) }),
  z.object({ kind: z.literal('taken') }),
  z.object({ kind: z.literal('answered'), answer: recallAnswer }),
]);
export type NetworkRecallReply = z.infer<typeof networkRecallReply>;

const shownOrRefused = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('recall'), recall: recallView }),
  refusal,
]);

const keyedRequest = recallRequest.extend({
  /** The key of a bank that signed it. */
  keyId: z.string().optional(),
});

export const recallCalls = {
  /** Once per asker and message id: the same again is answered by the recall as it stands. */
  create: contract('routing', 'routing.create-recall', 5000, keyedRequest, shownOrRefused),
  list: contract(
    'routing',
    'routing.recalls',
    5000,
    recallSearch,
    z.object({ recalls: z.array(recallView) }),
  ),
  /** For the gateway: recalls whose state it has not heard of, the oldest first. It names those that it has told of since. */
  news: contract(
    'routing',
    'routing.recall-news',
    5000,
    z.object({ told: z.array(z.object({ recallId: uuid, state: recallState })).max(1000) }),
    z.object({ recalls: z.array(recallView) }),
  ),
  /** By whoever has to answer; or by an operator, for one that no message reaches. */
  answer: contract(
    'routing',
    'routing.answer-recall',
    5000,
    z.object({
      recallId: uuid,
      by: z.string(),
      /** The key of a bank that signed it. */
      keyId: z.string().optional(),
      answer: recallAnswer,
      operator: z.object({ ...operatorAction, evidence: z.string() }).optional(),
    }),
    shownOrRefused,
  ),
};

/** Each adapter serves these under its own service name. */
export function adapterRecallCalls(service: string) {
  return {
    ask: contract(service, 'adapter.recall', 15_000, networkRecall, z.object({ reply: networkRecallReply })),
    tell: contract(service, 'adapter.tell-recall', 15_000, networkRecallEnd, z.object({ told: z.boolean() })),
  };
}
