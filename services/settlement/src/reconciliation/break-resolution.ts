import { createHash } from 'node:crypto';
import type { ApprovalKind, ApprovalRequest, Approvals } from '@tonle/approval';
import { BREAK_ACTIONS, refused, type breakCalls, type LedgerEntry, type Refusal } from '@tonle/contracts';
import { suspenseAccount, writeOffAccount } from '@tonle/ledger';
import { amountText, currency as currencyOf } from '@tonle/money';
import type { Transaction } from '@tonle/persistence';
import type { Platform } from '@tonle/platform';
import { z } from 'zod';
import { entryPostingText } from '../ledger/entry-posting-text.js';
import type { LedgerEntries } from '../ledger/ledger-entries.js';
import { actionFault, valueOf, type KnownBreak } from './break-life.decide.js';
import {
  lockBreaks,
  noteDeed,
  noteEvents,
  setApproved,
  setProposed,
  setUnproposed,
} from './break-life.store.js';
import { railFunds, railFundsEntry } from './rail-funds.js';
import { monthFault, writtenOffBefore } from './write-off.store.js';

const payload = z.object({
  breakIds: z.array(z.string()).min(1),
  action: z.enum(BREAK_ACTIONS),
  result: z.enum(['loss', 'gain']).optional(),
  evidence: z.string(),
});
type Resolution = z.infer<typeof payload>;
type ProposeRequest = z.infer<typeof breakCalls.propose.request>;
type ProposeAnswer = z.infer<typeof breakCalls.propose.response>;

/**
 * How breaks end that one person proposes and others approve (domain 7.6): with an action and its evidence, in the transaction of the
 * last approval. A write-off is booked by an entry, and so is what a rail moved past the switch; other actions move no money here.
 */
export class BreakResolution implements ApprovalKind<Resolution> {
  readonly kind = 'break.resolution';
  readonly payload = payload;

  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock' | 'random'>,
    private readonly approvals: Approvals,
    private readonly entries: Pick<LedgerEntries, 'post'>,
  ) {
    approvals.add(this);
  }

  /** Refuses `not_found`, what `actionFault` names, `break_value_limit` and what approvals refuse. */
  propose(request: ProposeRequest): Promise<ProposeAnswer> {
    const breakIds = [...new Set(request.breakIds.map((id) => id.toLowerCase()))].sort();
    return this.platform.database.transaction(async (transaction): Promise<ProposeAnswer> => {
      const known = await lockBreaks(transaction, breakIds);
      if (known.length < breakIds.length) return refused('not_found');
      const fault =
        actionFault(known, request.action, request.result) ??
        (await this.writeOffFault(transaction, known, request.action)) ??
        (await this.fundsFault(transaction, breakIds, request.action));
      if (fault !== undefined) return fault;
      return this.keep(transaction, request, known);
    });
  }

  async targetVersion(transaction: Transaction, { breakIds }: Resolution): Promise<string | undefined> {
    const known = await lockBreaks(transaction, breakIds);
    const isStanding = known.length === breakIds.length && known.every(({ state }) => !ENDED.has(state));
    return isStanding ? hashOf(known.map(({ breakId, version }) => `${breakId}:${version}`)) : undefined;
  }

  async execute(
    transaction: Transaction,
    { approvalId, payload: resolution, reason }: ApprovalRequest<Resolution>,
    nowMs: number,
  ): Promise<{ kind: 'executed' } | Refusal> {
    const { breakIds, action, result } = resolution;
    const known = await lockBreaks(transaction, breakIds);
    const fault = await this.writeOffFault(transaction, known, action);
    if (fault !== undefined) return fault;
    const lines = action === 'rail_funds' ? await railFunds(transaction, breakIds) : [];
    if ('kind' in lines) return lines;
    const at = new Date(nowMs);
    // Who approved it stands with the approval.
    await noteEvents(transaction, breakIds, 'approve', `approval ${approvalId}`, at);
    await noteEvents(transaction, breakIds, 'resolve', `${action}, as approved`, at);
    await setApproved(transaction, breakIds, at);
    if (lines.length > 0)
      await this.entries.post(
        transaction,
        lines.map((line) => railFundsEntry(line, approvalId, reason)),
      );
    if (action === 'write_off')
      await this.entries.post(
        transaction,
        known.map((each) => writeOffOf(each, result ?? 'loss', approvalId, reason)),
      );
    return { kind: 'executed' };
  }

  async ended(
    transaction: Transaction,
    { approvalId }: ApprovalRequest<Resolution>,
    state: string,
  ): Promise<void> {
    const breakIds = await setUnproposed(transaction, approvalId);
    const at = new Date(this.platform.clock.now());
    await noteEvents(transaction, breakIds, 'proposal_ended', `the proposal is ${state}`, at);
  }

  private async keep(
    transaction: Transaction,
    { action, result, evidence, operator, participant, reason }: ProposeRequest,
    known: readonly KnownBreak[],
  ): Promise<ProposeAnswer> {
    const [first] = known;
    const breakIds = known.map(({ breakId }) => breakId);
    const total = known.reduce((sum, each) => sum + valueOf(each), 0n);
    const value = { currency: currencyOf(first!.currency).code, minor: total };
    const entries =
      action === 'write_off' ? known.map((each) => writeOffOf(each, result ?? 'loss', '', reason)) : [];
    const proposed = await this.approvals.propose(transaction, this, {
      payload: { breakIds, action, ...(result !== undefined && { result }), evidence },
      target: breakIds.length === 1 ? breakIds[0]! : `${breakIds.length}:${hashOf(breakIds)}`,
      amount: value,
      before: { state: first!.state, type: first!.type, breaks: breakIds.length, open: amountText(value) },
      after: { state: 'RESOLVED', action, postings: entries.map(entryPostingText) },
      ...{ evidence, operator, participant, reason },
    });
    if (proposed.kind === 'refused') return proposed;
    const { approvalId } = proposed;
    const at = new Date(this.platform.clock.now());
    await setProposed(transaction, breakIds, { action, evidence, approvalId });
    await this.note(transaction, breakIds, 'propose', { operator, reason }, at, {
      action,
      evidence,
      approvalId,
    });
    return { kind: 'proposed', approvalId };
  }

  private async note(
    transaction: Transaction,
    breakIds: readonly string[],
    deed: string,
    by: { readonly operator: string; readonly reason: string },
    at: Date,
    detail?: object,
  ): Promise<void> {
    const ids = breakIds.map(() => this.platform.random.id(at.getTime()));
    await noteDeed(transaction, breakIds, { deed, ...by, owner: null, at, ...(detail && { detail }) }, ids);
  }

  private async fundsFault(
    transaction: Transaction,
    breakIds: readonly string[],
    action: string,
  ): Promise<Refusal | undefined> {
    if (action !== 'rail_funds') return undefined;
    const lines = await railFunds(transaction, breakIds);
    return 'kind' in lines ? lines : undefined;
  }

  private async writeOffFault(
    transaction: Transaction,
    known: readonly KnownBreak[],
    action: string,
  ): Promise<Refusal | undefined> {
    const [first] = known;
    if (action !== 'write_off' || first === undefined) return undefined;
    const [before] = await writtenOffBefore(
      transaction,
      known.map(({ breakId }) => breakId),
    );
    // Opened again, its write-off stands.
    if (before !== undefined) return refused('break_action_unfit', `${before} was written off before.`);
    const total = known.reduce((sum, each) => sum + valueOf(each), 0n);
    const detail = await monthFault(transaction, first.currency, total, this.platform.clock.now());
    return detail === undefined ? undefined : refused('break_value_limit', detail);
  }
}

const ENDED: ReadonlySet<string> = new Set(['RESOLVED', 'AUTO_RESOLVED']);

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 32);
}

function writeOffOf(
  known: KnownBreak,
  result: 'loss' | 'gain',
  approvalId: string,
  reason: string,
): LedgerEntry {
  const { breakId, currency } = known;
  const [writeOff, suspense] = [writeOffAccount(currency), suspenseAccount(currency)];
  return {
    entryId: `break:${breakId}:${approvalId}`,
    kind: 'write_off',
    currency,
    debit: result === 'loss' ? writeOff : suspense,
    credit: result === 'loss' ? suspense : writeOff,
    minor: valueOf(known).toString(),
    approvalId,
    reason: reason.slice(0, 500),
  };
}
