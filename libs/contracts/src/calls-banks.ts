import { z } from 'zod';
import { BANK_FILE_KINDS, BANK_LINE_STATES, SUSPENSE_ACTIONS, SUSPENSE_STATES } from './bank-codes.js';
import { contract, instant, operatorAction, refusal } from './calls-contract.js';
import { uuid } from './messages.js';

// What settlement answers about settlement banks: their files, lines, and money in suspense (record 36).

const minor = z.string().regex(/^-?\d{1,18}$/);
const operatorDeedBy = { ...operatorAction, participant: z.string() };

/** An account of the scheme at a settlement bank, as people look at it. */
export const settlementBankAccount = z.object({
  bank: z.string(),
  currency: z.string(),
  account: z.string(),
  /** `by_hand`: there is no link; its files are handed in. `unasked`: nobody has asked it yet. */
  link: z.enum(['ok', 'silent', 'by_hand', 'unasked']),
  silentSince: instant.optional(),
  /** What it said when it did not answer; for people. */
  says: z.string().optional(),
  lastStatement: z
    .object({ statementId: uuid, number: z.number().int().optional(), day: z.string(), closingMinor: minor })
    .optional(),
  /** Days whose statement is due and not here, the oldest first. */
  missing: z.array(z.object({ day: z.string(), since: instant, cause: z.string() })),
  /** Instructions that it has not answered. */
  unanswered: z.array(
    z.object({
      instructionId: uuid,
      messageId: z.string(),
      state: z.string(),
      tries: z.number().int(),
      sentAt: instant.optional(),
      says: z.string().optional(),
    }),
  ),
  suspense: z.object({ items: z.number().int(), minor, oldestDay: z.string().optional() }),
});
export type SettlementBankAccount = z.infer<typeof settlementBankAccount>;

const statementFaults = z.array(z.object({ code: z.string(), detail: z.string() }));

/** A statement or a notification that was taken, or a file that was refused. */
export const bankStatementEntry = z.object({
  bank: z.string(),
  currency: z.string(),
  state: z.enum(['taken', 'replaced', 'refused']),
  format: z.string(),
  sha256: z.string(),
  takenAt: instant,
  takenBy: z.string(),
  /** Of one that was taken. */
  statementId: uuid.optional(),
  kind: z.enum(['statement', 'notification']).optional(),
  /** The bank's own id of it. */
  bankId: z.string().optional(),
  number: z.number().int().optional(),
  from: z.string().optional(),
  day: z.string().optional(),
  openingMinor: minor.optional(),
  closingMinor: minor.optional(),
  lines: z.number().int().optional(),
  replaces: uuid.optional(),
  /** Of one that was refused. */
  faults: statementFaults.optional(),
});
export type BankStatementEntry = z.infer<typeof bankStatementEntry>;

/** A line of a bank with what it was for. */
export const bankLineEntry = z.object({
  lineId: z.string(),
  statementId: uuid,
  bank: z.string(),
  currency: z.string(),
  day: z.string(),
  valueDate: z.string(),
  /** Signed: above zero it came to the scheme's account. */
  minor,
  endToEndId: z.string().optional(),
  remittance: z.string().optional(),
  counterparty: z.string().optional(),
  state: z.enum(BANK_LINE_STATES),
  parts: z.array(
    z.object({
      part: z.number().int(),
      target: z.string(),
      targetId: z.string(),
      minor,
      entryId: z.string(),
    }),
  ),
});
export type BankLineEntry = z.infer<typeof bankLineEntry>;

/** Money that no reference places, with what became of it so far. */
export const suspenseEntry = z.object({
  itemId: uuid,
  lineId: z.string(),
  bank: z.string(),
  currency: z.string(),
  /** Signed as its line is. */
  minor,
  openMinor: minor,
  cause: z.string(),
  /** What it was probably meant for: people decide. */
  suggestion: z.string().optional(),
  endToEndId: z.string().optional(),
  remittance: z.string().optional(),
  counterparty: z.string().optional(),
  day: z.string(),
  /** Whole days since then, by the bank's clock. */
  ageDays: z.number().int(),
  band: z.string(),
  state: z.enum(SUSPENSE_STATES),
  /** Under it the bank sends the money back. */
  returnReference: z.string().optional(),
  openedAt: instant,
  closedAt: instant.optional(),
  /** Of what is proposed now. */
  approvalId: uuid.optional(),
  moves: z.array(
    z.object({
      action: z.string(),
      target: z.string().optional(),
      minor,
      approvalId: uuid.optional(),
      lineId: z.string().optional(),
      reason: z.string().optional(),
      at: instant,
    }),
  ),
});
export type SuspenseEntry = z.infer<typeof suspenseEntry>;

const proposed = z.object({
  kind: z.literal('proposed'),
  approvalId: uuid,
  approvalsRequired: z.number().int(),
});
const page = { limit: z.number().int().min(1).max(500).default(100), cursor: z.string().max(300).optional() };
const account = { bank: z.string(), currency: z.string() };

export const bankCalls = {
  banks: contract(
    'settlement',
    'settlement.banks',
    5000,
    z.object({}),
    z.object({ accounts: z.array(settlementBankAccount) }),
  ),
  /** The newest day first; refused files too. */
  bankStatements: contract(
    'settlement',
    'settlement.bank-statements',
    5000,
    z.object({
      bank: z.string().optional(),
      currency: z.string().optional(),
      day: z.string().optional(),
      ...page,
    }),
    z.object({ statements: z.array(bankStatementEntry), next: z.string().optional() }),
  ),
  /** The bytes of a file as the bank gave it, base64. */
  bankFile: contract(
    'settlement',
    'settlement.bank-file',
    10_000,
    z.object({ sha256: z.string().max(64) }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('found'), format: z.string(), sha256: z.string(), content: z.string() }),
      refusal,
    ]),
  ),
  /** By day and id, the newest first; `next` is the cursor of the page that follows. */
  bankLines: contract(
    'settlement',
    'settlement.bank-lines',
    5000,
    z.object({
      bank: z.string().optional(),
      currency: z.string().optional(),
      day: z.string().optional(),
      state: z.enum(BANK_LINE_STATES).optional(),
      ...page,
    }),
    z.object({ lines: z.array(bankLineEntry), next: z.string().optional() }),
  ),
  /** Proposes to take a file that an operator got from the bank; it is checked now, and taken when others approve. */
  handInBankFile: contract(
    'settlement',
    'settlement.hand-in-bank-file',
    10_000,
    z.object({
      ...account,
      kind: z.enum(BANK_FILE_KINDS),
      /** Base64 of the file, which may be compressed with gzip. */
      content: z.string().max(4_000_000),
      ...operatorDeedBy,
    }),
    z.discriminatedUnion('kind', [proposed.extend({ sha256: z.string() }), refusal]),
  ),
  /** Marks an instruction as sent, by hand, and gives its bytes. Again: the same. */
  sendByHand: contract(
    'settlement',
    'settlement.send-instruction-by-hand',
    5000,
    z.object({ instructionId: uuid, ...operatorDeedBy }),
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('sent'),
        messageId: z.string(),
        format: z.string(),
        sha256: z.string(),
        content: z.string(),
        signature: z.string().optional(),
      }),
      refusal,
    ]),
  ),
  /** Asks the bank now for what is due of it. */
  fetchBank: contract(
    'settlement',
    'settlement.fetch-bank',
    60_000,
    z.object({ ...account, ...operatorDeedBy }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('fetched'), account: settlementBankAccount }),
      refusal,
    ]),
  ),
  /** The oldest first. */
  suspense: contract(
    'settlement',
    'settlement.suspense',
    5000,
    z.object({
      bank: z.string().optional(),
      currency: z.string().optional(),
      /** Absent: those that are not cleared. */
      state: z.enum(SUSPENSE_STATES).optional(),
      ...page,
    }),
    z.object({ items: z.array(suspenseEntry), next: z.string().optional() }),
  ),
  /** One operator proposes what is done with money in suspense; others approve. */
  cureSuspense: contract(
    'settlement',
    'settlement.cure-suspense',
    5000,
    z.object({
      itemId: uuid,
      action: z.enum(SUSPENSE_ACTIONS),
      target: z.string().max(64).optional(),
      /** Of the amount, when there is one. */
      currency: z.string().optional(),
      minor: z
        .string()
        .regex(/^[1-9]\d{0,17}$/)
        .optional(),
      ...operatorDeedBy,
    }),
    z.discriminatedUnion('kind', [proposed, refusal]),
  ),
};
