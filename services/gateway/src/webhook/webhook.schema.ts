import { z } from 'zod';
import { isNoticeType, NOTICE_TYPES } from '../notice/notice.js';
import { instant, pageLimit, printable, uuid } from '../payment/payment.schema.js';
import { WEBHOOK_FORMATS } from './webhook-endpoint.js';

const PAGE_MAX = 200;
const URL_MAX = 500;

export const endpointBody = z
  .strictObject({
    url: z
      .string()
      .max(URL_MAX)
      .meta({
        description:
          'Where events are sent to by POST: https, in a sandbox http too; no user and no fragment in it',
        examples: ['https://bank.example/tonle/events'],
      }),
    types: z
      .array(z.string().refine(isNoticeType, `Must be one of: ${NOTICE_TYPES.join(', ')}.`))
      .max(NOTICE_TYPES.length)
      .default([])
      .meta({ description: 'Only these types of events; all when empty or absent' }),
    format: z.enum(WEBHOOK_FORMATS).default('webhook'),
    description: printable(140).optional(),
  })
  .meta({ id: 'NewWebhookEndpoint' });
export type EndpointBody = z.infer<typeof endpointBody>;

export const publicEndpoint = z
  .object({
    endpointId: uuid,
    url: z.string(),
    types: z.array(z.string()),
    format: z.string(),
    description: z.string().optional(),
    state: z.enum(['active', 'disabled', 'deleted']),
    disabledBecause: z.enum(['gone', 'failing']).optional(),
    disabledAt: instant.optional(),
    keys: z.array(z.object({ publicKey: z.string(), signsUntil: instant.optional() })),
    createdAt: instant,
    createdBy: z.string(),
    takenAt: instant.optional(),
    failingSince: instant.optional(),
  })
  .meta({ id: 'WebhookEndpoint' });
export type PublicEndpoint = z.infer<typeof publicEndpoint>;

export const publicEndpoints = z
  .object({ endpoints: z.array(publicEndpoint) })
  .meta({ id: 'WebhookEndpoints' });
export type PublicEndpoints = z.infer<typeof publicEndpoints>;

export const rotateBody = z
  .strictObject({
    overlapHours: z
      .int()
      .min(0)
      .max(168)
      .default(24)
      .meta({ description: 'How long the key before signs as well; 0 for one that was stolen' }),
  })
  .meta({ id: 'RotateWebhookKey' });
export type RotateBody = z.infer<typeof rotateBody>;

export const testAnswer = z.object({ eventId: uuid }).meta({ id: 'WebhookTest' });
export type TestAnswer = z.infer<typeof testAnswer>;

export const deliveriesQuery = z.strictObject({
  state: z.enum(['pending', 'delivered', 'failed']).optional(),
  cursor: z
    .string()
    .regex(/^[0-9]{1,18}$/, 'Must be the `next` of a page.')
    .optional()
    .meta({ description: '`next` of the page before' }),
  limit: pageLimit(PAGE_MAX),
});
export type DeliveriesQuery = z.infer<typeof deliveriesQuery>;

export const publicDeliveries = z
  .object({
    deliveries: z.array(
      z.object({
        eventId: uuid,
        type: z.string(),
        paymentId: uuid.optional(),
        state: z.enum(['pending', 'delivered', 'failed']),
        attempts: z.array(
          z.object({
            at: instant,
            ms: z.int(),
            status: z.int().optional(),
            cause: z.string().optional(),
          }),
        ),
        nextAttemptAt: instant.optional(),
      }),
    ),
    next: z.string().optional(),
  })
  .meta({ id: 'WebhookDeliveries' });
export type PublicDeliveries = z.infer<typeof publicDeliveries>;

export const resendBody = z
  .strictObject({
    since: instant.meta({ description: 'Events that were told at or after this; with a zone' }),
  })
  .meta({ id: 'ResendWebhooks' });
export type ResendBody = z.infer<typeof resendBody>;

export const resendAnswer = z.object({ count: z.int() }).meta({ id: 'ResentWebhooks' });
export type ResendAnswer = z.infer<typeof resendAnswer>;

export const operatorEndpoints = z
  .object({
    endpoints: z.array(
      publicEndpoint
        .omit({ keys: true, types: true, createdBy: true })
        .extend({ participant: z.string(), waiting: z.int(), oldestAt: instant.optional() }),
    ),
  })
  .meta({ id: 'OperatorWebhookEndpoints' });
export type OperatorEndpoints = z.infer<typeof operatorEndpoints>;
