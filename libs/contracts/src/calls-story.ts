import { z } from 'zod';
import { amountJson } from './amount.js';
import { contract, instant } from './calls-contract.js';
import { uuid } from './messages.js';

// What every service answers about one payment: the facts that it has stored. The gateway makes one story of them.

export const STORY_KINDS = [
  'message_in',
  'message_out',
  'state',
  'decision',
  'quote',
  'transfer',
  'timer',
  'enquiry',
  'notice',
  'settlement',
  'deed',
  'trouble',
] as const;
export type StoryKind = (typeof STORY_KINDS)[number];

/** Bytes of a message as they came or went; they are fetched by `storyCalls.bytes`, under the id of their fact. */
export const storyBytes = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.number().int().min(0),
  form: z.enum(['json', 'xml', 'other']),
  /** HTTP status of an answer. */
  status: z.number().int().optional(),
  /** Headers that were kept: signatures, never credentials. */
  headers: z.record(z.string(), z.string()).optional(),
});
export type StoryBytes = z.infer<typeof storyBytes>;

/** One stored fact about a payment. Without personal data: that is in the bytes of messages alone. */
export const storyFact = z.object({
  /** Unique in its service, the same whenever it is asked for. */
  id: z.string().min(1).max(300),
  at: instant,
  kind: z.enum(STORY_KINDS),
  /** For people. */
  words: z.string().max(600),
  /** For programs: ids, codes, numbers as text. */
  facts: z.record(z.string(), z.string()).optional(),
  amount: amountJson.optional(),
  bytes: storyBytes.optional(),
  /** Facts of a service under one chain happened in the order in which it tells them. */
  chain: z.string().max(100).optional(),
  /** Names of messages that it sent, and that it took in: what is taken was sent before, whatever the clocks say. */
  sends: z.array(z.string().max(300)).optional(),
  takes: z.array(z.string().max(300)).optional(),
});
export type StoryFact = z.infer<typeof storyFact>;

/** Names under which services know a payment. */
export const storyNames = z.object({
  paymentId: uuid,
  uetr: uuid.optional(),
  quoteId: uuid.optional(),
  /** What it was paid on: the lookup of its payee, the code that its payer showed. */
  lookupIds: z.array(uuid).max(20).default([]),
  /** By which it was called back. */
  recallIds: z.array(uuid).max(20).default([]),
});
export type StoryNames = z.infer<typeof storyNames>;

/** How many facts one service tells of one payment, the oldest first. */
export const STORY_FACTS_MAX = 2_000;
const BYTES_ASKED_MAX = 50;

/** Each service serves these under its own name. */
export function storyCalls(service: string) {
  return {
    facts: contract(
      service,
      'story',
      5_000,
      storyNames,
      z.object({
        facts: z.array(storyFact),
        /** It knows more than it tells. */
        cut: z.boolean(),
        /** What it knows the payment by, for those who do not. */
        names: storyNames.partial().optional(),
      }),
    ),
    /** Bytes of facts, base64; those that it does not have are absent. */
    bytes: contract(
      service,
      'story-bytes',
      10_000,
      storyNames.extend({ ids: z.array(z.string()).max(BYTES_ASKED_MAX) }),
      z.object({ messages: z.array(z.object({ id: z.string(), base64: z.string() })) }),
    ),
  };
}
