import { askedDay as day, auditActor, auditEntry, auditHead } from '@tonle/contracts';
import { z } from 'zod';
import { pageLimit, printable } from '../payment/payment.schema.js';

const PAGE_MAX = 500;

export const auditLogQuery = z.strictObject({
  day: day
    .optional()
    .meta({ description: 'Filed under this day of Phnom Penh (UTC+07:00); today when absent' }),
  until: day.optional().meta({ description: 'Last day, when it is not `day`' }),
  service: printable(64).optional().meta({ description: 'One service; all of them when absent' }),
  cursor: z
    .string()
    .regex(/^[a-z0-9-]{1,64}\.[0-9]{1,15}$/, 'Must be `next` of the page before.')
    .optional()
    .meta({ description: '`next` of the page before' }),
  limit: pageLimit(PAGE_MAX),
});
export type AuditLogQuery = z.infer<typeof auditLogQuery>;

export const auditHeadsQuery = z.strictObject({
  day: day.optional().meta({ description: 'At the end of this day of Phnom Penh; now when absent' }),
});
export type AuditHeadsQuery = z.infer<typeof auditHeadsQuery>;

export const publicAuditEntry = auditEntry
  .extend({ actor: auditActor.meta({ id: 'AuditActor' }) })
  .meta({ id: 'AuditEntry' });
export const auditLogPage = z
  .object({ entries: z.array(publicAuditEntry), next: z.string().optional() })
  .meta({ id: 'AuditLog' });
export type AuditLogPage = z.infer<typeof auditLogPage>;

export const auditHeads = z
  .object({ heads: z.array(auditHead.meta({ id: 'AuditHead' })) })
  .meta({ id: 'AuditHeads' });
export type AuditHeads = z.infer<typeof auditHeads>;
