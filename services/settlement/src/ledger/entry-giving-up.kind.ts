import type { ApprovalExecution, ApprovalKind, ApprovalRequest } from '@tonle/approval';
import { refused, type Refusal } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import { z } from 'zod';
import { endDifferences } from '../reconciliation/break-register.store.js';
import type { LedgerEntryStore, StandingEntry } from './ledger-entry.store.js';
import { endedRefusal } from './refused-entry.js';

const payload = z.object({ entryId: z.string() });
type Payload = z.infer<typeof payload>;

/** What the ledger has refused will not be booked: the books go without it, and its break ends. */
export class EntryGivingUpKind implements ApprovalKind<Payload> {
  readonly kind = 'ledger.entry';
  readonly payload = payload;

  constructor(private readonly store: LedgerEntryStore) {}

  async targetVersion(transaction: Transaction, { entryId }: Payload): Promise<string | undefined> {
    const entry = await this.store.lock(transaction, entryId);
    return entry === undefined ? undefined : `${entry.state} ${entry.detail ?? ''}`;
  }

  async execute(
    transaction: Transaction,
    { payload: { entryId }, approvalId }: ApprovalRequest<Payload>,
    nowMs: number,
  ): Promise<ApprovalExecution> {
    const entry = await this.store.lock(transaction, entryId);
    if (entry === undefined) return refused('not_found');
    const fault = givingUpFault(entry);
    if (fault !== undefined) return fault;
    await this.store.giveUp(transaction, entryId, approvalId, nowMs);
    await endDifferences(transaction, [endedRefusal(entry)], new Date(nowMs));
    return { kind: 'executed', outcome: { entryId, state: 'given_up' } };
  }
}

/** Why an entry cannot be given up. Pure. */
export function givingUpFault({ state, windowId, detail }: StandingEntry): Refusal | undefined {
  if (state !== 'refused') return refused('entry_not_refused', `It is ${state}.`);
  // The window would be settled without its money, or never.
  if (windowId !== undefined)
    return refused('entry_needed', `${windowId}; it was refused for ${detail ?? 'no reason given'}.`);
  return undefined;
}
