import { z } from 'zod';
import { contract, fieldRefusal, instant, operatorAction, refusal } from './calls-contract.js';
import { settlementWindow } from './calls-settlement.js';
import { uuid } from './messages.js';
import { instructionState } from './settlement-codes.js';

// What people ask about windows after their netting, and do with them: approval, netting anew, instructions, finalisation.

const text = z.string();
const minor = z.string();

/** An instruction to a settlement bank, as it is listed. */
export const settlementInstruction = z.object({
  instructionId: uuid,
  bank: text,
  currency: text,
  /** Absent: the file of a window without anything to pay, which is sent to nobody. */
  sequence: z.number().int().optional(),
  /** Absent: it sends money in suspense back. */
  windowId: text.optional(),
  /** The money in suspense that it sends back. */
  itemId: uuid.optional(),
  attempt: z.number().int(),
  format: text,
  messageId: text,
  valueDate: text,
  sha256: text,
  isSigned: z.boolean(),
  lineCount: z.number().int(),
  payInMinor: minor,
  payOutMinor: minor,
  state: instructionState,
  madeBy: text,
  preparedAt: instant,
  sentAt: instant.optional(),
  acknowledgedAt: instant.optional(),
  rejectedAt: instant.optional(),
  settledAt: instant.optional(),
  /** What the bank, or people, said of it last. */
  detail: text.optional(),
});
export type SettlementInstructionView = z.infer<typeof settlementInstruction>;

export const instructionLine = z.object({
  lineNo: z.number().int(),
  participant: text,
  direction: z.enum(['pay_in', 'pay_out']),
  amountMinor: minor,
  coveredMinor: minor,
  coveredAt: instant.optional(),
  endToEndId: text,
  uetr: text,
});

export const wholeInstruction = settlementInstruction.extend({ lines: z.array(instructionLine) });
export type WholeInstruction = z.infer<typeof wholeInstruction>;

const finding = z.object({ code: text, detail: text });

/** What a bank said that it has carried out, and what speaks against it. */
export const windowFinalisation = z.object({
  finalisationId: uuid,
  state: z.enum(['REFUSED', 'PROVEN', 'POSTED']),
  sha256: text,
  refusals: z.array(finding),
  warnings: z.array(finding),
  takenBy: text,
  takenAt: instant,
  approvalId: uuid.optional(),
  postedAt: instant.optional(),
});

/** A window with all that became of it after its netting. */
export const wholeWindow = settlementWindow.extend({
  /** Version of each calendar that its value date was planned by. */
  valueCalendars: z.record(z.string(), z.number().int()).optional(),
  approvalId: uuid.optional(),
  approvedAt: instant.optional(),
  instructedAt: instant.optional(),
  disputeReason: text.optional(),
  /** What stays on the positions of those who were taken out: above zero it is owed to them. */
  leftOut: z.array(z.object({ removed: text, counterparty: text, netMinor: minor })),
  /** Entries that its bank lines and nets brought about, and how many of them are booked. */
  entries: z.object({ posted: z.number().int(), booked: z.number().int() }),
  instructions: z.array(wholeInstruction),
  finalisations: z.array(windowFinalisation),
});
export type WholeWindow = z.infer<typeof wholeWindow>;

const byOperator = { ...operatorAction, participant: z.string() };
const ofWindow = { windowId: text, ...byOperator };
const proposed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('proposed'), approvalId: uuid, approvalsRequired: z.number().int() }),
  fieldRefusal,
]);
const done = z.discriminatedUnion('kind', [z.object({ kind: z.literal('done') }), refusal]);

export const windowCalls = {
  window: contract(
    'settlement',
    'settlement.window',
    5000,
    z.object({ windowId: text }),
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('found'), window: wholeWindow }), refusal]),
  ),
  /** Its nets are to be paid: others approve. */
  propose: contract('settlement', 'settlement.propose-window', 5000, z.object(ofWindow), proposed),
  /** It is to be netted without these, and with everybody else: others approve. */
  netWithout: contract(
    'settlement',
    'settlement.net-without',
    5000,
    z.object({ ...ofWindow, without: z.array(text).max(100) }),
    proposed,
  ),
  /** Disputed, a window that was not instructed is not. */
  dispute: contract(
    'settlement',
    'settlement.dispute-window',
    5000,
    z.object({ ...ofWindow, disputed: z.boolean() }),
    done,
  ),
  /** A window whose instruction is dead is instructed again. */
  instruct: contract(
    'settlement',
    'settlement.instruct-window',
    5000,
    z.object(ofWindow),
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('instructed'), instructionId: uuid }), refusal]),
  ),
  /** The newest first. */
  instructions: contract(
    'settlement',
    'settlement.instructions',
    5000,
    z.object({
      bank: text.optional(),
      currency: text.optional(),
      state: instructionState.optional(),
      windowId: text.optional(),
      /** Only older ones than this: the next page. */
      before: uuid.optional(),
      limit: z.number().int().min(1).max(1000),
    }),
    z.object({ instructions: z.array(settlementInstruction) }),
  ),
  instruction: contract(
    'settlement',
    'settlement.instruction',
    5000,
    z.object({ instructionId: uuid }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('found'), instruction: wholeInstruction }),
      refusal,
    ]),
  ),
  /** Its bytes, as the bank gets them. */
  instructionFile: contract(
    'settlement',
    'settlement.instruction-file',
    5000,
    z.object({ instructionId: uuid }),
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('found'),
        messageId: text,
        format: text,
        base64: text,
        sha256: text,
        signature: text.optional(),
      }),
      refusal,
    ]),
  ),
  /** The bank has said that it will never carry it out: others approve, and its window has failed. */
  declareDead: contract(
    'settlement',
    'settlement.declare-dead',
    5000,
    z.object({ instructionId: uuid, evidence: text.max(500), ...byOperator }),
    proposed,
  ),
  /** It was not sent, and is not to be: it is held until others have decided, then its window has failed. */
  withdrawInstruction: contract(
    'settlement',
    'settlement.withdraw-instruction',
    5000,
    z.object({ instructionId: uuid, ...byOperator }),
    proposed,
  ),
  /** What a bank says that it has carried out. Refused by name, or proven: then others approve that it is posted. */
  takeFinalisation: contract(
    'settlement',
    'settlement.take-finalisation',
    10_000,
    z.object({ ...ofWindow, content: text.max(60_000) }),
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('proposed'),
        finalisationId: uuid,
        approvalId: uuid,
        approvalsRequired: z.number().int(),
        warnings: z.array(finding),
      }),
      fieldRefusal,
    ]),
  ),
};
