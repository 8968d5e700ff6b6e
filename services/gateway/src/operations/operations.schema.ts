import { z } from 'zod';
import { askedDay as day, auditFinding, auditReport, BREAK_DECISIONS, windowState } from '@tonle/contracts';
import { publicAmount } from '../http/public-amount.js';
import { instant, printable, uuid } from '../payment/payment.schema.js';

// What operators send and get. Signed amounts are decimal text with a leading minus.

export const reason = printable(500).min(3).meta({ description: 'Reason, recorded in the audit trail' });

const WINDOWS_MAX = 500;
const NOT_OURS = 'Must be `next` of the page before.';
/** Partner, currency and day. */
export const WINDOW_NAME = /^[A-Za-z0-9._-]+-[A-Z]{3}-\d{4}-\d{2}-\d{2}$/;
const DAY_LENGTH = 10;

export const decideHoldBody = z
  .strictObject({ decision: z.enum(['clear', 'confirm']), reason })
  .meta({ id: 'DecideHold' });
export const runJobBody = z
  .discriminatedUnion('job', [
    z.strictObject({ job: z.literal('close-windows'), reason }),
    z.strictObject({
      job: z.literal('reconcile'),
      day: day.optional().meta({ description: 'A day that is over; yesterday when absent' }),
      partner: printable(35).optional().meta({ description: 'One network; all of them when absent' }),
      reason,
    }),
  ])
  .meta({ id: 'RunJob' });
export const windowsQuery = z.strictObject({
  day: day.optional(),
  state: windowState.optional(),
  cursor: z
    .string()
    .max(80)
    .regex(WINDOW_NAME, { error: NOT_OURS, abort: true })
    .refine((id) => day.safeParse(id.slice(-DAY_LENGTH)).success, NOT_OURS)
    .transform((windowId) => ({ day: windowId.slice(-DAY_LENGTH), windowId }))
    .optional()
    .meta({ description: '`next` of the page before' }),
  limit: z
    .string()
    .regex(/^([1-9]\d?|[1-4]\d\d|500)$/, `Must be a number from 1 to ${WINDOWS_MAX}.`)
    .transform((text) => Number.parseInt(text, 10))
    .default(WINDOWS_MAX),
});
export const decideBreakBody = z
  .strictObject({
    decision: z.enum(BREAK_DECISIONS),
    /** Who looks after it; whoever assigns it, when nobody is named. */
    owner: printable(64).optional(),
    reason,
  })
  .meta({ id: 'DecideBreak' });

export const publicAudit = z
  .object({ ok: z.boolean(), services: z.array(auditReport), crossChecks: z.array(auditFinding) })
  .meta({ id: 'Audit' });
export const publicHolds = z
  .object({
    holds: z.array(
      z.object({
        paymentId: uuid,
        since: instant,
        until: instant,
        party: z.string(),
        listEntry: z.string(),
        matched: z.string(),
      }),
    ),
  })
  .meta({ id: 'Holds' });
/** A settlement window, as lists have it. */
export const publicWindow = z.object({
  windowId: z.string(),
  partner: z.string(),
  currency: z.string(),
  settlementMode: z.string(),
  day,
  state: z.string(),
  cutOffAt: instant,
  payments: z.int(),
  gross: publicAmount,
  nets: z.array(z.object({ participant: z.string(), net: publicAmount })),
  bilateral: z.array(
    z.object({ debtor: z.string(), creditor: z.string(), amount: publicAmount, payments: z.int() }),
  ),
  version: z.int(),
  valueDate: day.optional(),
  settledAt: instant.optional(),
  finalisedAt: instant.optional(),
  failedReason: z.string().optional(),
  disputed: z.boolean(),
  participantsRemoved: z.array(z.string()),
  waitsFor: z.string().optional(),
});
export const publicWindows = z
  .object({ windows: z.array(publicWindow), next: z.string().optional() })
  .meta({ id: 'Windows' });
export const publicBreak = z.object({
  breakId: uuid,
  type: z.string(),
  severity: z.int(),
  partner: z.string(),
  day,
  paymentId: z.string().optional(),
  key: z.string(),
  ours: publicAmount.optional(),
  theirs: publicAmount.optional(),
  state: z.string(),
  owner: z.string().optional(),
  openedAt: instant,
  closedAt: instant.optional(),
  detail: z.string(),
  desk: z.string(),
  alsoFor: z.string().optional(),
  handling: z.string(),
  band: z.string(),
  escalation: z.string(),
  reopened: z.boolean(),
  action: z.string().optional(),
  evidence: z.string().optional(),
  approvalId: z.string().optional(),
  suggestion: z
    .object({ rule: z.string(), pass: z.int(), with: z.array(z.string()), breakIds: z.array(uuid) })
    .optional(),
  proof: z
    .object({
      lineId: z.string().optional(),
      days: z.array(day),
      statementIds: z.array(z.string()),
    })
    .optional(),
});
export type PublicBreak = z.infer<typeof publicBreak>;
export const startedJob = z.object({ jobId: z.string() }).meta({ id: 'StartedJob' });
export const publicJob = z
  .object({ jobId: z.string(), state: z.string(), progress: z.string(), result: z.unknown() })
  .meta({ id: 'Job' });
export const doneAnswer = z.object({ done: z.literal(true) }).meta({ id: 'Done' });

export type PublicWindows = z.infer<typeof publicWindows>;
export type DecideHold = z.infer<typeof decideHoldBody>;
export type RunJob = z.infer<typeof runJobBody>;
export type WindowsQuery = z.infer<typeof windowsQuery>;
export type DecideBreak = z.infer<typeof decideBreakBody>;
export type PublicAudit = z.infer<typeof publicAudit>;
export type PublicHolds = z.infer<typeof publicHolds>;
export type StartedJob = z.infer<typeof startedJob>;
export type PublicJob = z.infer<typeof publicJob>;
export type Done = z.infer<typeof doneAnswer>;
