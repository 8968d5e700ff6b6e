import { z } from 'zod';
import { contract, instant, operatorAction, refusal } from './calls-contract.js';
import { uuid } from './messages.js';
import { deedFilter, operatorDeed } from './payment-search.js';

// What every service answers about records that it could not handle or not send.

export const LETTER_DECISIONS = ['replay', 'discard'] as const;

/** A record that nobody has decided about yet; what it says stays in the table. */
export const listedLetter = z.object({
  letterId: uuid,
  /** Who could not handle it; `outbox` for what could not be sent. */
  reader: z.string(),
  topic: z.string(),
  type: z.string(),
  messageId: z.string(),
  /** Most often a payment's id. */
  key: z.string(),
  cause: z.string(),
  attempts: z.number().int(),
  bytes: z.number().int(),
  firstAt: instant,
  lastAt: instant,
});
export type ListedLetter = z.infer<typeof listedLetter>;

/** What people ask about the dead letters of one service, and what they decide about each. */
export function deadLetterCalls(service: string) {
  return {
    /** The latest first; `count` is of all that are open. */
    list: contract(
      service,
      'dead-letters',
      5000,
      z.object({ limit: z.number().int().min(1).max(500) }),
      z.object({ letters: z.array(listedLetter), count: z.number().int() }),
    ),
    /** Replays a record where it failed, or ends it unread. The same decision again changes nothing. */
    decide: contract(
      service,
      'decide-dead-letter',
      30_000,
      z.object({ letterId: uuid, decision: z.enum(LETTER_DECISIONS), ...operatorAction }),
      z.discriminatedUnion('kind', [z.object({ kind: z.literal('done') }), refusal]),
    ),
    actions: contract(
      service,
      'dead-letter-actions',
      5000,
      deedFilter,
      z.object({ actions: z.array(operatorDeed) }),
    ),
  };
}

export type LetterDecision = z.infer<ReturnType<typeof deadLetterCalls>['decide']['request']>;
export type LetterAnswer = z.infer<ReturnType<typeof deadLetterCalls>['decide']['response']>;
