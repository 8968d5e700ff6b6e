import { z } from 'zod';
import { contract, instant, operatorAction, refusal } from './calls-contract.js';
import { uuid } from './messages.js';
import { deedFilter, operatorDeed } from './payment-search.js';

// What every service answers about records that it could not handle or not send.

/** So many letters one operator redrives alone. */
export const REDRIVEN_ALONE_MAX = 10;

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

/** One letter as a person looks at it; what it says is told to who gives a reason for it. */
export const wholeLetter = listedLetter.extend({
  groupId: z.string(),
  position: z.string(),
  traceparent: z.string().optional(),
  /** As they came; an adapter's may name what the broker said. */
  headers: z.record(z.string(), z.string()),
  decision: z.enum(['replayed', 'discarded']).optional(),
});
export type WholeLetter = z.infer<typeof wholeLetter>;

/** Letters that one reader could not handle for one class of cause: ids and numbers in its text are left out. */
export const letterGroup = z.object({
  groupId: z.string(),
  reader: z.string(),
  topic: z.string(),
  type: z.string(),
  cause: z.string(),
  count: z.number().int(),
  attempts: z.number().int(),
  firstAt: instant,
  lastAt: instant,
});
export type LetterGroup = z.infer<typeof letterGroup>;

/** A group that is replayed letter by letter, and how far it is. */
export const letterRedrive = z.object({
  redriveId: uuid,
  groupId: z.string(),
  /** The group in words, as it was at the start. */
  what: z.string(),
  operator: z.string(),
  reason: z.string(),
  perSecond: z.number().int(),
  stopOnFailure: z.boolean(),
  startedAt: instant,
  endedAt: instant.optional(),
  state: z.enum(['running', 'done', 'stopped']),
  total: z.number().int(),
  replayed: z.number().int(),
  failed: z.number().int(),
  lastFailure: z.string().optional(),
  stoppedBecause: z.string().optional(),
});
export type LetterRedrive = z.infer<typeof letterRedrive>;

const named = z.object({ letterId: uuid });
const groupNamed = z.object({ groupId: z.string() });
const limited = z.object({ limit: z.number().int().min(1).max(500) });

/** What people ask about the dead letters of one service, and what they decide about each. */
export function deadLetterCalls(service: string) {
  return {
    /** The latest first; `count` is of all that are open. */
    list: contract(
      service,
      'dead-letters',
      5000,
      limited.extend({ groupId: z.string().optional() }),
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
    find: contract(
      service,
      'dead-letter',
      5000,
      named,
      z.discriminatedUnion('kind', [z.object({ kind: z.literal('found'), letter: wholeLetter }), refusal]),
    ),
    /** What it says, for who has a reason to know; that is recorded before. */
    reveal: contract(
      service,
      'reveal-dead-letter',
      5000,
      named.extend(operatorAction),
      z.discriminatedUnion('kind', [z.object({ kind: z.literal('found'), body: z.string() }), refusal]),
    ),
    /** What a replay would do now, in words; it does nothing. `failure`: it would fail again, for this cause. */
    rehearse: contract(
      service,
      'rehearse-dead-letter',
      30_000,
      named,
      z.discriminatedUnion('kind', [
        z.object({
          kind: z.literal('rehearsed'),
          would: z.array(z.string()),
          failure: z.string().optional(),
        }),
        refusal,
      ]),
    ),
    /** The largest first. */
    groups: contract(
      service,
      'dead-letter-groups',
      5000,
      limited,
      z.object({ groups: z.array(letterGroup) }),
    ),
    /** Replays all open letters of a group in the background, the oldest first. */
    redrive: contract(
      service,
      'redrive-dead-letters',
      10_000,
      groupNamed.extend({
        perSecond: z.number().int().min(1).max(100),
        stopOnFailure: z.boolean(),
        /** Its name, of who has given it one: asked for again it is the same redrive. */
        redriveId: uuid.optional(),
        /** Of a group that has more nothing is replayed; absent: however many there are. */
        most: z.number().int().min(1).optional(),
        ...operatorAction,
      }),
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('started'), redriveId: uuid, total: z.number().int() }),
        refusal,
      ]),
    ),
    stopRedrive: contract(
      service,
      'stop-redrive',
      5000,
      z.object({ redriveId: uuid, ...operatorAction }),
      z.discriminatedUnion('kind', [z.object({ kind: z.literal('done') }), refusal]),
    ),
    redrives: contract(
      service,
      'dead-letter-redrives',
      5000,
      limited,
      z.object({ redrives: z.array(letterRedrive) }),
    ),
    /** Ends all open letters of a group unread. */
    discardGroup: contract(
      service,
      'discard-dead-letters',
      30_000,
      groupNamed.extend(operatorAction),
      z.discriminatedUnion('kind', [z.object({ kind: z.literal('done'), count: z.number().int() }), refusal]),
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
export type LetterRedriveRequest = z.infer<ReturnType<typeof deadLetterCalls>['redrive']['request']>;
export type LetterRedriveAnswer = z.infer<ReturnType<typeof deadLetterCalls>['redrive']['response']>;
export type LetterRehearsal = z.infer<ReturnType<typeof deadLetterCalls>['rehearse']['response']>;
export type LetterReveal = z.infer<ReturnType<typeof deadLetterCalls>['reveal']['request']>;
export type LetterRedriveStop = z.infer<ReturnType<typeof deadLetterCalls>['stopRedrive']['request']>;
export type LetterGroupDecision = z.infer<ReturnType<typeof deadLetterCalls>['discardGroup']['request']>;
