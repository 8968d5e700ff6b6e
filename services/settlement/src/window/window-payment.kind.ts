import type { ApprovalExecution, ApprovalKind, ApprovalRequest } from '@tonle/approval';
import { refused } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import { z } from 'zod';
import { lockWindow, moveWindow, windowVersion } from './window-life.store.js';

const payload = z.object({ windowId: z.string() });
type Payload = z.infer<typeof payload>;

/** The nets of a window are to be paid. */
export class WindowApproval implements ApprovalKind<Payload> {
  readonly kind = 'settlement.window';
  readonly payload = payload;

  targetVersion(transaction: Transaction, { windowId }: Payload): Promise<string | undefined> {
    return windowVersion(transaction, windowId);
  }

  async execute(
    transaction: Transaction,
    { approvalId, payload: { windowId } }: ApprovalRequest<Payload>,
    nowMs: number,
  ): Promise<ApprovalExecution> {
    const window = await lockWindow(transaction, windowId);
    if (window === undefined) return refused('not_found');
    if (window.disputed) return refused('window_disputed');
    if (!(await moveWindow(transaction, window, 'approved', new Date(nowMs), { approvalId })))
      return refused('window_not_ready', `${windowId} is ${window.state}.`);
    return { kind: 'executed', outcome: { state: 'APPROVED' } };
  }
}
