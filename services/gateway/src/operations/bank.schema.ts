import {
  askedDay as day,
  BANK_FILE_KINDS,
  BANK_LINE_STATES,
  bankLineEntry,
  bankStatementEntry,
  settlementBankAccount,
  SUSPENSE_ACTIONS,
  SUSPENSE_STATES,
  suspenseEntry,
} from '@tonle/contracts';
import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';
import { pageLimit, printable, uuid } from '../payment/payment.schema.js';
import { approvalName } from './approval.schema.js';
import { reason } from './operations.schema.js';

// Settlement banks as operators look at them. Signed amounts are decimal text with a leading minus.

const PAGE_MAX = 500;
const bank = printable(35);
const { currency } = publicAmount.shape;
const NOT_OURS = 'Must be `next` of the page before.';
const cursor = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2} [ -~]{1,280}$/, { error: NOT_OURS, abort: true })
  .refine((text) => day.safeParse(text.slice(0, 10)).success, NOT_OURS)
  .optional()
  .meta({ description: '`next` of the page before' });
const CONTENT_MAX = 60_000;

export const bankStatementsQuery = z.strictObject({
  bank: bank.optional(),
  currency: currency.optional(),
  day: day.optional(),
  cursor,
  limit: pageLimit(PAGE_MAX),
});
export type BankStatementsQuery = z.infer<typeof bankStatementsQuery>;
export const bankLinesQuery = bankStatementsQuery.extend({
  state: z.enum(BANK_LINE_STATES).optional(),
});
export type BankLinesQuery = z.infer<typeof bankLinesQuery>;
export const suspenseQuery = z.strictObject({
  bank: bank.optional(),
  currency: currency.optional(),
  state: z.enum(SUSPENSE_STATES).optional().meta({ description: 'Absent: those that are not cleared' }),
  cursor,
  limit: pageLimit(PAGE_MAX),
});
export type SuspenseQuery = z.infer<typeof suspenseQuery>;
export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'Must be a SHA-256 in lower-case hexadecimal digits.')
  .meta({ description: 'SHA-256 of the bytes, 64 lower-case hexadecimal digits' });

export const handInBankFileBody = z
  .strictObject({
    currency,
    kind: z.enum(BANK_FILE_KINDS).meta({ description: 'What the file is' }),
    content: z
      .string()
      .min(4)
      .max(CONTENT_MAX)
      .meta({ description: 'Base64 of the file as the bank gave it, or of its gzip' }),
    reason,
  })
  .meta({ id: 'HandInBankFile' });
export type HandInBankFile = z.infer<typeof handInBankFileBody>;
export const fetchBankBody = z.strictObject({ currency, reason }).meta({ id: 'FetchBank' });
export type FetchBank = z.infer<typeof fetchBankBody>;
export const sendByHandBody = z.strictObject({ reason }).meta({ id: 'SendInstructionByHand' });
export type SendByHand = z.infer<typeof sendByHandBody>;
export const cureSuspenseBody = z
  .strictObject({
    action: z.enum(SUSPENSE_ACTIONS).meta({
      description:
        '`to_window` covers what an instruction expects, `to_prefund` is a deposit, `send_back` goes back by the bank, ' +
        '`keep` ends that, `write_off` gives it up',
    }),
    target: printable(64)
      .optional()
      .meta({
        description:
          'Of `to_window` the end-to-end id that it is for, of `to_prefund` the participant, of `send_back` the account that the bank is ' +
          'instructed to pay (absent: the bank is asked in words)',
      }),
    amount: publicAmount.optional().meta({ description: 'How much of it; all that is open when absent' }),
    reason,
  })
  .meta({ id: 'CureSuspense' });
export type CureSuspense = z.infer<typeof cureSuspenseBody>;

export const publicBankAccount = settlementBankAccount
  .omit({ lastStatement: true, suspense: true })
  .extend({
    lastStatement: z
      .object({ statementId: uuid, number: z.int().optional(), day, closing: publicAmount })
      .optional(),
    suspense: z.object({ items: z.int(), amount: publicAmount, oldestDay: day.optional() }),
  })
  .meta({ id: 'SettlementBankAccount' });
export type PublicBankAccount = z.infer<typeof publicBankAccount>;
export const publicBanks = z
  .object({ accounts: z.array(publicBankAccount) })
  .meta({ id: 'SettlementBankAccounts' });
export type PublicBanks = z.infer<typeof publicBanks>;

export const publicBankStatements = z
  .object({
    statements: z.array(
      bankStatementEntry
        .omit({ openingMinor: true, closingMinor: true })
        .extend({ opening: publicAmount.optional(), closing: publicAmount.optional() }),
    ),
    next: z.string().optional(),
  })
  .meta({ id: 'BankStatements' });
export type PublicBankStatements = z.infer<typeof publicBankStatements>;

export const publicBankFile = z
  .object({ format: z.string(), sha256, content: z.string() })
  .meta({ id: 'BankFile' });
export type PublicBankFile = z.infer<typeof publicBankFile>;

const publicPart = bankLineEntry.shape.parts.element.omit({ minor: true }).extend({ amount: publicAmount });
export const publicBankLines = z
  .object({
    lines: z.array(
      bankLineEntry
        .omit({ minor: true, parts: true })
        .extend({ amount: publicAmount, parts: z.array(publicPart) }),
    ),
    next: z.string().optional(),
  })
  .meta({ id: 'BankLines' });
export type PublicBankLines = z.infer<typeof publicBankLines>;

export const sentByHand = z
  .object({
    messageId: z.string(),
    format: z.string(),
    sha256,
    content: z.string(),
    signature: z.string().optional(),
  })
  .meta({ id: 'SentByHand' });
export type SentByHand = z.infer<typeof sentByHand>;

const publicMove = suspenseEntry.shape.moves.element.omit({ minor: true }).extend({ amount: publicAmount });
export const publicSuspense = z
  .object({
    items: z.array(
      suspenseEntry
        .omit({ minor: true, openMinor: true, moves: true })
        .extend({ amount: publicAmount, open: publicAmount, moves: z.array(publicMove) }),
    ),
    next: z.string().optional(),
  })
  .meta({ id: 'SuspenseItems' });
export type PublicSuspense = z.infer<typeof publicSuspense>;

export const proposedFile = z
  .object({ approvalId: approvalName, approvalsRequired: z.int(), sha256 })
  .meta({ id: 'ProposedBankFile' });
export type ProposedFile = z.infer<typeof proposedFile>;
export const proposedCure = z
  .object({ approvalId: approvalName, approvalsRequired: z.int() })
  .meta({ id: 'ProposedCure' });
export type ProposedCure = z.infer<typeof proposedCure>;
