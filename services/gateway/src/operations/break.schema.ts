import {
  askedDay as day,
  BREAK_ACTIONS,
  BREAK_STATES,
  BREAK_TYPES,
  BREAKS_TOGETHER_MAX,
  breakStep,
  reconciliationRules,
  reconciliationRun,
} from '@tonle/contracts';
import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';
import { instant, pageLimit, printable, uuid } from '../payment/payment.schema.js';
import { publicBreak, reason } from './operations.schema.js';

const PAGE_MAX = 1000;
const breakIds = z.array(uuid).min(1).max(BREAKS_TOGETHER_MAX);

export const breaksQuery = z.strictObject({
  day: day.optional(),
  type: z.enum(BREAK_TYPES).optional(),
  state: z.enum(BREAK_STATES).optional(),
  severity: z.enum(['1', '2', '3']).optional().meta({ description: '1 is the most severe' }),
  standing: z.enum(['true']).optional().meta({ description: 'Those that have not ended' }),
  partner: printable(35).optional(),
  cursor: uuid.optional(),
  limit: z
    .string()
    .regex(/^([1-9]\d{0,2}|1000)$/, `Must be a number from 1 to ${PAGE_MAX}.`)
    .transform((text) => Number.parseInt(text, 10))
    .default(PAGE_MAX),
});
export type BreaksQuery = z.infer<typeof breaksQuery>;

export const decideBreaksBody = z
  .strictObject({
    type: z.enum(BREAK_TYPES),
    breakIds,
    decision: z.enum(['assign', 'resolve']),
    owner: printable(64).optional(),
    reason,
  })
  .meta({ id: 'DecideBreaks' });
export type DecideBreaks = z.infer<typeof decideBreaksBody>;

export const proposeBreaksBody = z
  .strictObject({
    breakIds,
    action: z.enum(BREAK_ACTIONS),
    result: z.enum(['loss', 'gain']).optional(),
    evidence: printable(500),
    reason,
  })
  .meta({ id: 'ProposeBreaks' });
export type ProposeBreaks = z.infer<typeof proposeBreaksBody>;

export const publicBreaks = z
  .object({ breaks: z.array(publicBreak), next: uuid.optional() })
  .meta({ id: 'Breaks' });
export type PublicBreaks = z.infer<typeof publicBreaks>;

export const publicBreakWhole = publicBreak
  .extend({ history: z.array(breakStep.extend({ at: instant })) })
  .meta({ id: 'BreakHistory' });
export type PublicBreakWhole = z.infer<typeof publicBreakWhole>;

export const decidedBreaks = z.object({ decided: z.int() }).meta({ id: 'DecidedBreaks' });
export type DecidedBreaks = z.infer<typeof decidedBreaks>;

export const proposalName = z.object({ approvalId: z.string() }).meta({ id: 'ProposalName' });
export type ProposalName = z.infer<typeof proposalName>;

export const publicAgeing = z
  .object({
    ageing: z.array(
      z.object({
        partner: z.string(),
        band: z.string(),
        type: z.string(),
        breaks: z.int(),
        value: publicAmount,
      }),
    ),
  })
  .meta({ id: 'BreakAgeing' });
export type PublicAgeing = z.infer<typeof publicAgeing>;

const NOT_OURS = 'Must be `next` of the page before.';
/** Where a page of results has ended: `2026-11-23 THSWITCH THB L-P 2`. */
const runPlace = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2} [!-~]{1,35} [A-Z]{3} [A-Z-]{1,8} \d{1,9}$/, { error: NOT_OURS, abort: true })
  .refine((text) => day.safeParse(text.slice(0, 10)).success, NOT_OURS)
  .transform((text) => {
    const [of, partner, currency, level, run] = text.split(' ') as [string, string, string, string, string];
    return { day: of, partner, currency, level, run: Number.parseInt(run, 10) };
  });

export const runsQuery = z.strictObject({
  day: day.optional(),
  partner: printable(35).optional(),
  cursor: runPlace.optional().meta({ description: '`next` of the page before' }),
  limit: pageLimit(PAGE_MAX),
});
export type RunsQuery = z.infer<typeof runsQuery>;
export const publicRuns = z
  .object({ runs: z.array(reconciliationRun), next: z.string().optional() })
  .meta({ id: 'ReconciliationRuns' });
export type PublicRuns = z.infer<typeof publicRuns>;

export const publicRules = z
  .object({
    versions: z.array(
      z.object({
        version: z.int(),
        effectiveFrom: day,
        madeBy: z.string(),
        rules: reconciliationRules,
      }),
    ),
  })
  .meta({ id: 'ReconciliationRules' });
export type PublicRules = z.infer<typeof publicRules>;

export const proposeRulesBody = z
  .strictObject({ effectiveFrom: day, rules: reconciliationRules, reason })
  .meta({ id: 'ProposeReconciliationRules' });
export type ProposeRules = z.infer<typeof proposeRulesBody>;
