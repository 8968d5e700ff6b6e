import type { Approvals } from '@tonle/approval';
import { refused, type ApprovalWarning, type ledgerCalls } from '@tonle/contracts';
import { amount, amountText } from '@tonle/money';
import { recordDeeds, type Platform } from '@tonle/platform';
import type { z } from 'zod';
import { EntryGivingUpKind, givingUpFault } from './entry-giving-up.kind.js';
import type { LedgerEntryStore } from './ledger-entry.store.js';

type Asked = z.infer<typeof ledgerCalls.decideEntry.request>;
type Answered = z.infer<typeof ledgerCalls.decideEntry.response>;

const BOOKS_DIFFER: ApprovalWarning = {
  code: 'books_differ',
  text: 'The books go without it for good: book what it stood for by another entry where money has moved.',
};

/** What operators do about entries that the ledger has refused. */
export class RefusedEntryService {
  private readonly givingUp: EntryGivingUpKind;

  constructor(
    private readonly host: Pick<Platform, 'database' | 'clock'>,
    private readonly approvals: Approvals,
    private readonly store: LedgerEntryStore,
  ) {
    this.givingUp = new EntryGivingUpKind(store);
    approvals.add(this.givingUp);
  }

  /** Refuses `not_found`, `entry_not_refused`, for giving up `entry_needed`, and what approvals refuse. */
  decide({ entryId, decision, operator, participant, reason }: Asked): Promise<Answered> {
    const { database, clock } = this.host;
    return database.transaction(async (transaction): Promise<Answered> => {
      const entry = await this.store.lock(transaction, entryId);
      if (entry === undefined) return refused('not_found');
      if (decision === 'retry') {
        if (entry.state !== 'refused') return refused('entry_not_refused', `It is ${entry.state}.`);
        const atMs = clock.now();
        // It is booked once whatever is asked how often: one person is enough.
        await this.store.retry(transaction, entryId, atMs);
        const actor = { kind: 'operator', name: operator, participant } as const;
        const deed = { atMs, actor, action: 'entry.retry', object: entryId, reason };
        await recordDeeds(transaction, 'settlement', [{ ...deed, before: { refused: entry.detail ?? '' } }]);
        return { kind: 'due' };
      }
      const fault = givingUpFault(entry);
      if (fault !== undefined) return fault;
      const { debit, credit, currency, minor, detail = '' } = entry;
      const value = amount(currency, BigInt(minor));
      const answer = await this.approvals.propose(transaction, this.givingUp, {
        payload: { entryId },
        target: entryId,
        amount: value,
        before: { state: 'refused', debit, credit, amount: amountText(value), detail },
        after: { state: 'given_up', booked: 'nothing' },
        warnings: [BOOKS_DIFFER],
        ...{ operator, participant, reason },
      });
      if (answer.kind === 'refused') return answer;
      const { approvalId, approvalsRequired } = answer;
      return { kind: 'proposed', approvalId, approvalsRequired };
    });
  }
}
