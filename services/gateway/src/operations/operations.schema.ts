import { z } from 'zod';
import {
  auditFinding,
  auditReport,
  BREAK_DECISIONS,
  BREAK_STATES,
  BREAK_TYPES,
  windowState,
} from '@tonle/contracts';
import { publicAmount } from '../http/public-amount.js';
import { instant, printable, uuid } from '../payment/payment.schema.js';

// What operators send and get. Signed amounts are decimal text with a leading minus.

export const reason = printable(500).min(3).meta({ description: 'Reason, recorded in the audit trail' });
const day = z.iso.date();

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
export const windowsQuery = z.strictObject({ day: day.optional(), state: windowState.optional() });
export const breaksQuery = z.strictObject({
  day: day.optional(),
  type: z.enum(BREAK_TYPES).optional(),
  state: z.enum(BREAK_STATES).optional(),
  severity: z.enum(['1', '2', '3']).optional().meta({ description: '1 is the most severe' }),
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
export const publicLiquidity = z
  .object({
    accounts: z.array(
      z.object({
        participant: z.string(),
        prefund: publicAmount,
        cap: publicAmount,
        position: publicAmount,
        pendingDebits: publicAmount,
        headroom: publicAmount,
        rail: publicAmount.optional(),
        railPending: publicAmount.optional(),
      }),
    ),
  })
  .meta({ id: 'Liquidity' });
export const publicWindows = z
  .object({
    windows: z.array(
      z.object({
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
      }),
    ),
  })
  .meta({ id: 'Windows' });
export const publicBreaks = z
  .object({
    breaks: z.array(
      z.object({
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
        proof: z
          .object({
            lineId: z.string().optional(),
            days: z.array(day),
            statementIds: z.array(z.string()),
          })
          .optional(),
      }),
    ),
  })
  .meta({ id: 'Breaks' });
export const startedJob = z.object({ jobId: z.string() }).meta({ id: 'StartedJob' });
export const publicJob = z
  .object({ jobId: z.string(), state: z.string(), progress: z.string(), result: z.unknown() })
  .meta({ id: 'Job' });
export const doneAnswer = z.object({ done: z.literal(true) }).meta({ id: 'Done' });

export type PublicLiquidity = z.infer<typeof publicLiquidity>;
export type PublicWindows = z.infer<typeof publicWindows>;
export type PublicBreaks = z.infer<typeof publicBreaks>;
export type DecideHold = z.infer<typeof decideHoldBody>;
export type RunJob = z.infer<typeof runJobBody>;
export type WindowsQuery = z.infer<typeof windowsQuery>;
export type DecideBreak = z.infer<typeof decideBreakBody>;
export type BreaksQuery = z.infer<typeof breaksQuery>;
export type PublicAudit = z.infer<typeof publicAudit>;
export type PublicHolds = z.infer<typeof publicHolds>;
export type StartedJob = z.infer<typeof startedJob>;
export type PublicJob = z.infer<typeof publicJob>;
export type Done = z.infer<typeof doneAnswer>;
