import type { ApprovalExecution, ApprovalKind, ApprovalRequest } from '@tonle/approval';
import { refused, uuid } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import { z } from 'zod';
import { setFinalised, windowVersion } from '../window/window-life.store.js';
import type { FinalisationProof } from './finalisation.decide.js';
import { markPosted, takenFinalisation } from './finalisation.store.js';

const payload = z.object({ finalisationId: uuid, windowId: z.string() });
type Payload = z.infer<typeof payload>;

/** Holds a file that was taken against what is known now. */
export type FinalisationCheck = (transaction: Transaction, bytes: Uint8Array) => Promise<FinalisationProof>;

/** A bank's finalisation is to be posted: its window is final. */
export class FinalisationApproval implements ApprovalKind<Payload> {
  readonly kind = 'settlement.finalisation';
  readonly payload = payload;

  constructor(private readonly check: FinalisationCheck) {}

  targetVersion(transaction: Transaction, { windowId }: Payload): Promise<string | undefined> {
    return windowVersion(transaction, windowId);
  }

  async execute(
    transaction: Transaction,
    { approvalId, warnings: seen, payload: { finalisationId, windowId } }: ApprovalRequest<Payload>,
    nowMs: number,
  ): Promise<ApprovalExecution> {
    const taken = await takenFinalisation(transaction, finalisationId);
    if (taken === undefined) return refused('not_found');
    const { refusals, warnings } = await this.check(transaction, taken.bytes);
    if (refusals.length > 0)
      return refused('finalisation_refused', refusals.map(({ detail }) => detail).join('; '));
    const unseen = warnings.filter(({ code }) => !seen.some((each) => each.code === code));
    if (unseen.length > 0)
      return refused('warnings_unacknowledged', unseen.map(({ detail }) => detail).join('; '));
    const at = new Date(nowMs);
    await markPosted(transaction, finalisationId, approvalId, at);
    await setFinalised(transaction, windowId, at);
    return { kind: 'executed', outcome: { state: 'POSTED' } };
  }
}
