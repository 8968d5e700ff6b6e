import type { ApprovalExecution, ApprovalKind, ApprovalRequest } from '@tonle/approval';
import { BANK_FILE_KINDS, refused, type BankFileKind } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { Transaction } from '@tonle/persistence';
import { z } from 'zod';
import type { AcknowledgementTaking } from './acknowledgement-taking.service.js';
import { lockHandedFile, markHandedTaken } from './handed-file.store.js';
import { notificationFormat, schemeAccount, type SchemeAccount } from './settlement-bank.js';
import { faultWords, fileOf, type StatementTaking } from './statement-taking.service.js';
import type { BankFault } from './bank-line.js';

const handed = z.object({
  fileId: z.uuid(),
  bank: z.string(),
  currency: z.string(),
  kind: z.enum(BANK_FILE_KINDS),
  sha256: z.string(),
});
type HandedPayload = z.infer<typeof handed>;

/** What came of a file that was handed in. */
export type HandedTaken =
  | { readonly kind: 'taken'; readonly outcome: Readonly<Record<string, unknown>> }
  | { readonly kind: 'known' }
  | { readonly kind: 'refused'; readonly faults: readonly BankFault[] };

/** A file that an operator got from a bank, and another one looks at: money moves by it (I18). */
export class HandedFileKind implements ApprovalKind<HandedPayload> {
  readonly kind = 'bank.file';
  readonly payload = handed;

  constructor(
    private readonly directory: Directory,
    private readonly statements: StatementTaking,
    private readonly acknowledgements: AcknowledgementTaking,
  ) {}

  async targetVersion(transaction: Transaction, { fileId }: HandedPayload): Promise<string | undefined> {
    const file = await lockHandedFile(transaction, fileId);
    return file === undefined || file.isTaken ? undefined : file.sha256;
  }

  async execute(
    transaction: Transaction,
    { payload: { fileId, bank, currency, kind }, approvalId }: ApprovalRequest<HandedPayload>,
    nowMs: number,
  ): Promise<ApprovalExecution> {
    const account = schemeAccount(this.directory, bank, currency);
    const file = await lockHandedFile(transaction, fileId);
    if (account === undefined || file === undefined) return refused('bank_unknown');
    const taken = await this.takeIn(transaction, account, { kind, bytes: file.bytes }, approvalId);
    if (taken.kind === 'refused') return refused('bank_file_refused', faultWords(taken.faults));
    if (taken.kind === 'known') return refused('bank_file_known');
    await markHandedTaken(transaction, fileId, new Date(nowMs));
    return { kind: 'executed', outcome: taken.outcome };
  }

  async afterwards({ payload: { bank, currency } }: ApprovalRequest<HandedPayload>): Promise<void> {
    const account = schemeAccount(this.directory, bank, currency);
    if (account !== undefined) await this.statements.afterwards(account);
  }

  /** Takes it in the caller's transaction; rolled back, it only says whether it could be taken. */
  async takeIn(
    transaction: Transaction,
    account: SchemeAccount,
    { kind, bytes }: { readonly kind: BankFileKind; readonly bytes: Uint8Array },
    by: string,
  ): Promise<HandedTaken> {
    if (kind === 'acknowledgement') {
      const { bank, instruction } = account;
      const taken = await this.acknowledgements.takeIn(transaction, bank, instruction, bytes, by);
      return taken.kind === 'taken'
        ? { kind: 'taken', outcome: { status: taken.status, outcome: taken.outcome } }
        : taken;
    }
    const file = fileOf(account, handedFormat(account, kind), bytes);
    const taken = await this.statements.takeIn(transaction, account, file, by);
    return taken.kind === 'taken'
      ? { kind: 'taken', outcome: { statements: taken.statementIds, lines: taken.lines } }
      : taken;
  }
}

/** In which form this bank writes such a file. */
export const handedFormat = (account: SchemeAccount, kind: 'statement' | 'notification') =>
  kind === 'statement' ? account.statement : notificationFormat(account);
