import { z } from 'zod';
import { isoStatus, PAYMENT_STATES, reasonCode, STORY_KINDS } from '@tonle/contracts';
import { publicAmount } from '../http/public-amount.js';
import { reason } from '../operations/operations.schema.js';
import { instant, pageLimit, printable, uuid } from '../payment/payment.schema.js';

// The story of a payment as operators read it. No personal data: that is in the bytes of messages, which the bundle has.

const PAGE_MAX = 900;

export const storyQuery = z.strictObject({
  cursor: printable(400).optional().meta({ description: '`next` of the page before' }),
  limit: pageLimit(PAGE_MAX),
});
export type StoryQuery = z.infer<typeof storyQuery>;

export const evidenceQuery = z.strictObject({ reason });
export type EvidenceQuery = z.infer<typeof evidenceQuery>;

const storyMessage = z
  .object({
    file: z.string().meta({ description: 'Its name in the bundle of evidence' }),
    sha256: z.string().meta({ description: 'SHA-256 of its bytes, hexadecimal' }),
    size: z.int().meta({ description: 'Bytes' }),
    form: z.enum(['json', 'xml', 'other']).meta({ description: 'What its bytes look like' }),
    status: z.int().optional().meta({ description: 'HTTP status of an answer' }),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'Headers that were kept: signatures, never credentials' }),
  })
  .meta({ id: 'StoryMessage' });

export const storyEntry = z
  .object({
    id: z.string().meta({ description: 'Service and fact; the same whenever it is asked for' }),
    at: instant.meta({ description: 'By the clock of its service' }),
    service: z.string().meta({ description: 'Who has stored it; `people` for what operators did' }),
    kind: z.enum(STORY_KINDS),
    words: z.string().meta({ description: 'What happened, for people' }),
    facts: z.record(z.string(), z.string()).optional().meta({ description: 'The same for programs' }),
    amount: publicAmount.optional(),
    message: storyMessage.optional().meta({ description: 'Of a message: what is kept of it' }),
  })
  .meta({ id: 'StoryEntry' });
export type StoryEntry = z.infer<typeof storyEntry>;

export const publicStory = z
  .object({
    paymentId: uuid,
    payment: z
      .object({
        uetr: uuid,
        state: z.enum(PAYMENT_STATES),
        isoStatus,
        reason: reasonCode.optional(),
        corridor: z.string(),
        direction: z.enum(['outbound', 'inbound']),
        sender: z.string(),
        source: publicAmount,
        target: publicAmount,
        receivedAt: instant,
      })
      .optional()
      .meta({ description: 'How it stands; absent while routing does not answer' }),
    entries: z.array(storyEntry).meta({ description: 'In order: nothing is before what brought it about' }),
    incomplete: z
      .array(z.string())
      .meta({ description: 'Services that did not answer: what they know is not in the story' }),
    cut: z.array(z.string()).meta({ description: 'Services that know more than a story tells' }),
    next: z.string().optional(),
  })
  .meta({ id: 'Story' });
export type PublicStory = z.infer<typeof publicStory>;
