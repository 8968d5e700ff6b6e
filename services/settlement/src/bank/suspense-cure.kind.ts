import type { ApprovalExecution, ApprovalKind, ApprovalRequest } from '@tonle/approval';
import type { Directory } from '@tonle/directory';
import type { Transaction } from '@tonle/persistence';
import { refused, SUSPENSE_ACTIONS, type Refusal } from '@tonle/contracts';
import { z } from 'zod';
import { magnitude } from '@tonle/money';
import type { InstructionCoverage } from '../instruction/instruction-coverage.js';
import type { InstructionMaker } from '../instruction/instruction-maker.js';
import { newestReturn } from '../instruction/return-instruction.store.js';
import type { LedgerEntries } from '../ledger/ledger-entries.js';
import { endDifferences } from '../reconciliation/break-register.store.js';
import { monthFault } from '../reconciliation/write-off.store.js';
import { decideCure, type CureFacts } from './suspense.decide.js';
import { breaksOf, type SuspenseCure, type SuspenseItem } from './suspense.js';
import { schemeAccount } from './settlement-bank.js';
import { curableLine, lockItem, moveItem, payerOf, writtenOffOf } from './suspense.store.js';

const cure = z.object({
  itemId: z.uuid(),
  action: z.enum(SUSPENSE_ACTIONS),
  target: z.string().optional(),
  minor: z
    .string()
    .regex(/^[1-9]\d{0,17}$/)
    .optional(),
  reason: z.string(),
});
type CurePayload = z.infer<typeof cure>;

/** What one proposes to do with money in suspense, and others approve. */
export class SuspenseCureKind implements ApprovalKind<CurePayload> {
  readonly kind = 'suspense.decision';
  readonly payload = cure;

  constructor(
    private readonly directory: Directory,
    private readonly coverage: Pick<InstructionCoverage, 'coverByPeople'>,
    private readonly entries: Pick<LedgerEntries, 'post'>,
    private readonly maker: Pick<InstructionMaker, 'makeReturn'>,
  ) {}

  async targetVersion(transaction: Transaction, { itemId }: CurePayload): Promise<string | undefined> {
    const item = await lockItem(transaction, itemId);
    return item === undefined || item.state === 'CLEARED' ? undefined : item.version.toString();
  }

  async execute(
    transaction: Transaction,
    { payload, approvalId }: ApprovalRequest<CurePayload>,
    nowMs: number,
  ): Promise<ApprovalExecution> {
    const at = new Date(nowMs);
    const item = await lockItem(transaction, payload.itemId);
    if (item === undefined) return refused('not_found');
    const asked = cureOf(payload);
    const facts = await this.facts(transaction, item, asked);
    const effect = decideCure(item, asked, facts, approvalId);
    if (effect.kind === 'refused') return effect;
    const fault = await this.limitFault(transaction, item, asked, effect.minor, nowMs);
    if (fault !== undefined) return fault;
    const returning = await this.instruct(transaction, item, asked, approvalId);
    if (typeof returning === 'object') return returning;
    const { entry, minor } = effect;
    const after = { ...effect.after, ...(returning !== undefined && { returnReference: returning }) };
    if (entry !== undefined) await this.entries.post(transaction, [entry]);
    if (asked.action === 'to_window') {
      const { windowId, participant } = facts.line!;
      const paid = magnitude(minor);
      const by = { windowId, participant, minor: paid, entryId: entry!.entryId, approvalId };
      const verdict = await this.coverage.coverByPeople(transaction, by);
      if (verdict.kind !== 'covered')
        return refused('cure_not_possible', `${asked.target} takes no money now: ${verdict.kind}.`);
      if (verdict.openMinor === 0n) await endDifferences(transaction, lateBreaksOf(item, asked.target!), at);
    }
    const target = after.returnReference ?? asked.target;
    const { action, reason } = asked;
    await moveItem(
      transaction,
      item,
      { moveId: approvalId, action, minor, approvalId, reason, ...(target !== undefined && { target }) },
      after,
      at,
    );
    if (after.state === 'CLEARED') await endDifferences(transaction, breaksOf(item), at);
    const { state, openMinor } = after;
    return {
      kind: 'executed',
      outcome: {
        itemId: item.itemId,
        state,
        openMinor: openMinor.toString(),
        ...(target !== undefined && { target }),
      },
    };
  }

  /** Where an account is named, the bank is instructed to send it there; returns the reference by which it goes. */
  private async instruct(
    transaction: Transaction,
    { itemId, lineId, bank, currency, openMinor }: SuspenseItem,
    { action, target }: SuspenseCure,
    approvalId: string,
  ): Promise<string | Refusal | undefined> {
    if (action !== 'send_back' || target === undefined) return undefined;
    const account = schemeAccount(this.directory, bank, currency);
    if (account === undefined) return refused('bank_unknown');
    const to = { name: (await payerOf(transaction, lineId)) ?? target, account: target };
    const money = { itemId, lineId, bank, currency, minor: openMinor, to };
    const made = await this.maker.makeReturn(transaction, money, account, approvalId);
    return made.kind === 'wanting' ? refused('instruction_not_possible', made.what) : made.reference;
  }

  /** Write-offs of money in suspense are within the month's limit together with those of breaks. */
  async limitFault(
    transaction: Transaction,
    { currency }: SuspenseItem,
    { action }: SuspenseCure,
    minor: bigint,
    nowMs: number,
  ): Promise<Refusal | undefined> {
    if (action !== 'write_off') return undefined;
    const detail = await monthFault(transaction, currency, magnitude(minor), nowMs);
    return detail === undefined ? undefined : refused('break_value_limit', detail);
  }

  /** What a cure hangs on beside the item. */
  async facts(
    transaction: Transaction,
    item: SuspenseItem,
    { action, target = '' }: SuspenseCure,
  ): Promise<CureFacts> {
    if (action === 'to_prefund')
      return {
        isHolder: this.directory.participant(target)?.settlementAccounts?.[item.currency] !== undefined,
      };
    if (action === 'send_back' || action === 'keep') {
      const newest = await newestReturn(transaction, item.itemId);
      const isStanding = newest !== undefined && ['PREPARED', 'SENT', 'ACKNOWLEDGED'].includes(newest.state);
      return isStanding ? { standing: newest.messageId } : {};
    }
    if (action === 'write_off') return { writtenOffMinor: await writtenOffOf(transaction, item.itemId) };
    const line = action === 'to_window' ? await curableLine(transaction, item, target) : undefined;
    return line === undefined ? {} : { line };
  }
}

/** What a line of an instruction that is paid in full is no longer. */
const lateBreaksOf = ({ bank, currency }: SuspenseItem, key: string) =>
  (['BATCH_SHORT', 'BATCH_LATE'] as const).map((type) => ({ partner: bank, currency, key, type }));

/** A cure as it was proposed. */
export function cureOf({ action, target, minor, reason }: CurePayload): SuspenseCure {
  return {
    ...{ action, reason },
    ...(target !== undefined && { target }),
    ...(minor !== undefined && { minor: BigInt(minor) }),
  };
}
