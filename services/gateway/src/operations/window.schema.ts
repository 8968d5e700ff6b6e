import { askedDay as day, instructionState } from '@tonle/contracts';
import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';
import { instant, pageLimit, printable, uuid } from '../payment/payment.schema.js';
import { publicWindow, reason, WINDOW_NAME } from './operations.schema.js';

const PAGE_MAX = 500;

/** `<partner>-<currency>-<day>` */
export const windowName = z
  .string()
  .max(80)
  .regex(WINDOW_NAME, 'Must be the id of a window: THSWITCH-THB-2026-11-20.')
  .meta({ description: 'As the list of windows names it', examples: ['THSWITCH-THB-2026-11-20'] });

export const proposeWindowBody = z.strictObject({ reason }).meta({ id: 'ProposeWindow' });
export type ProposeWindow = z.infer<typeof proposeWindowBody>;

export const netWithoutBody = z
  .strictObject({
    without: z
      .array(printable(35))
      .max(100)
      .meta({ description: 'All who are to be left out; empty: nobody, whoever was left out before' }),
    reason,
  })
  .meta({ id: 'NetWithout' });
export type NetWithout = z.infer<typeof netWithoutBody>;

export const disputeWindowBody = z
  .strictObject({ disputed: z.boolean(), reason })
  .meta({ id: 'DisputeWindow' });
export type DisputeWindow = z.infer<typeof disputeWindowBody>;

export const instructWindowBody = z.strictObject({ reason }).meta({ id: 'InstructWindow' });
export type InstructWindow = z.infer<typeof instructWindowBody>;

export const declareDeadBody = z
  .strictObject({
    evidence: printable(500).min(3).meta({ description: "Where the bank's word is to be seen" }),
    reason,
  })
  .meta({ id: 'DeclareDead' });
export type DeclareDead = z.infer<typeof declareDeadBody>;

export const withdrawInstructionBody = z.strictObject({ reason }).meta({ id: 'WithdrawInstruction' });
export type WithdrawInstruction = z.infer<typeof withdrawInstructionBody>;

export const takeFinalisationBody = z
  .strictObject({
    content: z
      .string()
      .min(1)
      .max(60_000)
      .meta({ description: "The bank's file, as it is: its bytes in UTF-8" }),
    reason,
  })
  .meta({ id: 'TakeFinalisation' });
export type TakeFinalisation = z.infer<typeof takeFinalisationBody>;

export const listInstructionsQuery = z.strictObject({
  bank: printable(35).optional(),
  currency: publicAmount.shape.currency.optional(),
  state: instructionState.optional(),
  window: windowName.optional(),
  cursor: uuid.optional(),
  limit: pageLimit(PAGE_MAX),
});
export type ListInstructions = z.infer<typeof listInstructionsQuery>;

const finding = z.object({ code: z.string(), detail: z.string() });

const instruction = {
  instructionId: uuid,
  bank: z.string(),
  currency: z.string(),
  sequence: z.int().optional(),
  windowId: z.string().optional(),
  itemId: uuid.optional(),
  attempt: z.int(),
  format: z.string(),
  messageId: z.string(),
  valueDate: day,
  sha256: z.string(),
  isSigned: z.boolean(),
  lineCount: z.int(),
  payIn: publicAmount,
  payOut: publicAmount,
  state: instructionState,
  madeBy: z.string(),
  preparedAt: instant,
  sentAt: instant.optional(),
  acknowledgedAt: instant.optional(),
  rejectedAt: instant.optional(),
  settledAt: instant.optional(),
  detail: z.string().optional(),
};

const whole = z.object({
  ...instruction,
  lines: z.array(
    z.object({
      lineNo: z.int(),
      participant: z.string(),
      direction: z.enum(['pay_in', 'pay_out']),
      amount: publicAmount,
      covered: publicAmount,
      coveredAt: instant.optional(),
      endToEndId: z.string(),
      uetr: z.string(),
    }),
  ),
});

export const publicInstructions = z
  .object({ instructions: z.array(z.object(instruction)), next: z.string().optional() })
  .meta({ id: 'Instructions' });
export type PublicInstructions = z.infer<typeof publicInstructions>;
export const publicInstruction = whole.meta({ id: 'Instruction' });
export type PublicInstruction = z.infer<typeof publicInstruction>;

export const publicWholeWindow = publicWindow
  .extend({
    valueCalendars: z.record(z.string(), z.int()).optional(),
    approvalId: z.string().optional(),
    approvedAt: instant.optional(),
    instructedAt: instant.optional(),
    disputeReason: z.string().optional(),
    leftOut: z.array(z.object({ removed: z.string(), counterparty: z.string(), net: publicAmount })),
    entries: z.object({ posted: z.int(), booked: z.int() }),
    instructions: z.array(whole),
    finalisations: z.array(
      z.object({
        finalisationId: uuid,
        state: z.enum(['REFUSED', 'PROVEN', 'POSTED']),
        sha256: z.string(),
        refusals: z.array(finding),
        warnings: z.array(finding),
        takenBy: z.string(),
        takenAt: instant,
        approvalId: z.string().optional(),
        postedAt: instant.optional(),
      }),
    ),
  })
  .meta({ id: 'Window' });
export type PublicWholeWindow = z.infer<typeof publicWholeWindow>;

export const proposedSettlement = z
  .object({ approvalId: z.string(), approvalsRequired: z.int() })
  .meta({ id: 'ProposedSettlement' });
export type ProposedSettlement = z.infer<typeof proposedSettlement>;

export const provenFinalisation = z
  .object({
    finalisationId: uuid,
    approvalId: z.string(),
    approvalsRequired: z.int(),
    warnings: z.array(finding),
  })
  .meta({ id: 'ProvenFinalisation' });
export type ProvenFinalisation = z.infer<typeof provenFinalisation>;

export const instructedWindow = z.object({ instructionId: uuid }).meta({ id: 'InstructedWindow' });
export type InstructedWindow = z.infer<typeof instructedWindow>;
