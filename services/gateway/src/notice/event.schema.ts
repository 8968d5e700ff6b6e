import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';
import { instant, pageLimit, uuid } from '../payment/payment.schema.js';
import { isNoticeType, NOTICE_TYPES } from './notice.js';

const PAGE_MAX = 200;

const TYPES_TEXT_MAX = 600;

export const eventsQuery = z.strictObject({
  after: z
    .string()
    .regex(/^[0-9]{1,18}$/, 'Must be the `next` of a page.')
    .optional()
    .meta({ description: '`next` of the page before; absent: from the oldest event that is kept' }),
  types: z
    .string()
    .max(TYPES_TEXT_MAX)
    .optional()
    .transform((text, context) => {
      const types = text?.split(',') ?? [];
      if (types.every(isNoticeType)) return types;
      const message = `Must be types with commas between: ${NOTICE_TYPES.join(', ')}.`;
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    })
    .meta({
      description: `Only these, with commas between; absent: all. There are ${NOTICE_TYPES.map((type) => `\`${type}\``).join(', ')}`,
      examples: ['payment.completed,payment.failed'],
    }),
  limit: pageLimit(PAGE_MAX),
});
export type EventsQuery = z.infer<typeof eventsQuery>;

const eventData = z.object({
  paymentId: uuid.optional(),
  uetr: uuid.optional(),
  sequence: z.int().optional(),
  state: z.string().optional(),
  step: z.string().optional(),
  isoStatus: z.string().optional(),
  code: z.string().optional(),
  isoReason: z.string().optional(),
  completedAt: instant.optional(),
  direction: z.enum(['outbound', 'inbound']).optional(),
  corridor: z.string().optional(),
  sender: z.string().optional(),
  messageId: z.string().optional(),
  endToEndId: z.string().optional(),
  quoteId: uuid.optional(),
  source: publicAmount.optional(),
  target: publicAmount.optional(),
  creditedAmount: publicAmount.optional(),
  rate: z.string().optional(),
  conversion: z.object({ source: publicAmount, rate: z.string() }).optional(),
  refundOf: uuid.optional(),
  paymentCodeId: uuid.optional(),
  endpointId: uuid.optional(),
  url: z.string().optional(),
  because: z.enum(['gone', 'failing']).optional(),
  failingSince: instant.optional(),
  // Of a recall.
  recallId: uuid.optional(),
  asker: z.string().optional(),
  answerer: z.string().optional(),
  reason: z.string().optional(),
  amount: publicAmount.optional(),
  deadline: instant.optional(),
  refusedBecause: z.string().optional(),
  moneyDue: instant.optional(),
  // Of a report's file.
  fileId: uuid.optional(),
  report: z.string().optional(),
  format: z.string().optional(),
  name: z.string().optional(),
  version: z.int().optional(),
  bytes: z.int().optional(),
  sha256: z.string().optional(),
  knownAt: instant.optional(),
  supersedes: uuid.optional(),
  href: z.string().optional(),
  // How a direction of a corridor stands.
  status: z.string().optional(),
  taking: z.boolean().optional(),
  by: z.string().optional(),
  since: instant.optional(),
  expectedUntil: instant.optional(),
  words: z.string().optional(),
});

/** CloudEvents 1.0 in JSON: in the feed and in webhooks alike. */
const publicEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: uuid,
    source: z.string(),
    type: z.string().meta({ examples: ['payment.completed'] }),
    subject: z.string().optional(),
    time: instant,
    datacontenttype: z.literal('application/json'),
    data: eventData,
  })
  .meta({ id: 'Event' });
export type PublicEvent = z.infer<typeof publicEvent>;

export const publicEvents = z
  .object({ events: z.array(publicEvent), next: z.string(), more: z.boolean() })
  .meta({ id: 'Events' });
export type PublicEvents = z.infer<typeof publicEvents>;
