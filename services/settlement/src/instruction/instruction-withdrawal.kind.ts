import type { ApprovalExecution, ApprovalKind, ApprovalRequest } from '@tonle/approval';
import { instructionMessageId } from '@tonle/bank-files';
import { refused, uuid, type Refusal } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { Transaction } from '@tonle/persistence';
import { z } from 'zod';
import { schemeAccount } from '../bank/settlement-bank.js';
import { lockWindow } from '../window/window-life.store.js';
import { endToEndIdOf } from './instruction.decide.js';
import { markWithdrawn } from './instruction-desk.js';
import { SENDER, type InstructionMaker } from './instruction-maker.js';
import { linesOf, lockWindowOfInstruction, rewriteInstruction } from './instruction.store.js';
import { lockUnsentReturn } from './return-instruction.store.js';
import { isMissing, settlementTermsOf } from './settlement-terms.js';
import {
  giveNumberBack,
  lockNumbers,
  renumber,
  withdrawLines,
  type LockedNumbers,
  type NumberedInstruction,
} from './withdrawal.store.js';

const payload = z.object({ instructionId: uuid });
type Payload = z.infer<typeof payload>;

/**
 * An instruction that was made and never sent is not sent at all. Its bank counts numbers without a gap and has not heard of this one:
 * so the number passes on to the last one that was made, or to the next (record 42).
 */
export class InstructionWithdrawalKind implements ApprovalKind<Payload> {
  readonly kind = 'settlement.withdrawal';
  readonly payload = payload;

  constructor(
    private readonly directory: Directory,
    private readonly maker: InstructionMaker,
  ) {}

  async targetVersion(transaction: Transaction, { instructionId }: Payload): Promise<string | undefined> {
    const known = await lockWindowOfInstruction(transaction, instructionId);
    return known === undefined ? undefined : known.state;
  }

  async execute(
    transaction: Transaction,
    { payload: { instructionId }, reason }: ApprovalRequest<Payload>,
    nowMs: number,
  ): Promise<ApprovalExecution> {
    const numbers = await lockNumbers(transaction, instructionId);
    if (numbers === undefined) return refused('not_found');
    const fault = withdrawalFault(numbers);
    if (fault !== undefined) return fault;
    const { own, last } = numbers;
    const at = new Date(nowMs);
    await withdrawLines(transaction, instructionId, at);
    await markWithdrawn(transaction, instructionId, at, `withdrawn by two operators: ${reason}`);
    await giveNumberBack(transaction, own);
    const outcome = { state: 'WITHDRAWN', messageId: own.messageId };
    if (last.instructionId === own.instructionId) return { kind: 'executed', outcome };
    const wanting = await this.passOn(transaction, own, last);
    if (wanting !== undefined) return refused('instruction_not_possible', wanting);
    return { kind: 'executed', outcome: { ...outcome, numberPassedFrom: last.messageId } };
  }

  /** The last one is made anew under the number that became free: the numbers end one earlier. */
  private async passOn(
    transaction: Transaction,
    { sequence }: NumberedInstruction,
    last: NumberedInstruction,
  ): Promise<string | undefined> {
    const { instructionId, windowId, bank, currency, valueDate } = last;
    if (windowId === null) return this.passOnReturn(transaction, sequence, last);
    const window = await lockWindow(transaction, windowId);
    const terms = settlementTermsOf(this.directory, window!);
    if (isMissing(terms)) return terms.what;
    if (terms.bank !== bank)
      return `${last.messageId} is for ${bank}, and ${windowId} is paid at ${terms.bank} now`;
    const lines = (await linesOf(transaction, instructionId)).map((line) => ({
      ...line,
      endToEndId: endToEndIdOf(bank, currency, sequence, line.lineNo),
    }));
    const anew = this.maker.rewritten({ sequence, currency, valueDate }, windowId, lines, terms);
    if ('kind' in anew) return anew.what;
    const messageId = instructionMessageId(SENDER, currency, sequence);
    await renumber(transaction, instructionId, { sequence, messageId }, lines);
    await rewriteInstruction(transaction, instructionId, anew);
    return undefined;
  }

  /** One that sends money back keeps its reference: it has none of the number. */
  private async passOnReturn(
    transaction: Transaction,
    sequence: number,
    { instructionId, messageId: was, bank, currency }: NumberedInstruction,
  ): Promise<string | undefined> {
    const unsent = await lockUnsentReturn(transaction, instructionId);
    if (unsent === undefined) return `${was} has left`;
    const { format, bytes, ...named } = unsent;
    const terms = schemeAccount(this.directory, bank, currency);
    if (terms === undefined) return `${bank} keeps no ${currency} account of the scheme`;
    const anew = this.maker.rewrittenReturn({ ...named, sequence }, { format, bytes }, terms);
    if ('kind' in anew) return anew.what;
    const messageId = instructionMessageId(SENDER, currency, sequence);
    await renumber(transaction, instructionId, { sequence, messageId }, []);
    await rewriteInstruction(transaction, instructionId, anew);
    return undefined;
  }
}

/** Why it cannot be withdrawn. Pure. */
export function withdrawalFault({ own, last }: LockedNumbers): Refusal | undefined {
  if (own.state !== 'PREPARED') return refused('instruction_not_open', `It is ${own.state}.`);
  if (last.state === 'PREPARED') return undefined;
  // The bank has a later number, and would ask for this one.
  return refused('instruction_not_open', `${last.messageId} has left: the bank waits for ${own.messageId}.`);
}
