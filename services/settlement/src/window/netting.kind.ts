import type { ApprovalExecution, ApprovalKind, ApprovalRequest } from '@tonle/approval';
import { refused } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import { z } from 'zod';
import { madeSoFar, setInstructionState } from '../instruction/instruction.store.js';
import { netWords } from './net-words.js';
import { netWithout } from './netting.decide.js';
import { bilateralOf, lockWindow, moveWindow, replaceNets, windowVersion } from './window-life.store.js';

const payload = z.object({ windowId: z.string(), without: z.array(z.string()) });
type Payload = z.infer<typeof payload>;

/** A window is to be netted without somebody who does not pay, by its bilateral sums (domain 7.2). */
export class NettingApproval implements ApprovalKind<Payload> {
  readonly kind = 'settlement.removal';
  readonly payload = payload;

  targetVersion(transaction: Transaction, { windowId }: Payload): Promise<string | undefined> {
    return windowVersion(transaction, windowId);
  }

  async execute(
    transaction: Transaction,
    { payload: { windowId, without } }: ApprovalRequest<Payload>,
    nowMs: number,
  ): Promise<ApprovalExecution> {
    const at = new Date(nowMs);
    const window = await lockWindow(transaction, windowId);
    if (window === undefined) return refused('not_found');
    const { newest, covered } = await madeSoFar(transaction, windowId);
    if ([...covered.values()].some((minor) => minor > 0n)) return refused('window_partly_paid');
    if (!(await moveWindow(transaction, window, 'netted_again', at)))
      return refused('window_not_ready', `${windowId} is ${window.state}.`);
    // What comes under it from now on was not for these nets.
    if (newest?.state === 'REJECTED')
      await setInstructionState(transaction, newest.instructionId, 'SUPERSEDED', at);
    const netting = netWithout(await bilateralOf(transaction, windowId), new Set(without));
    await replaceNets(transaction, windowId, without, netting);
    const nets = [...netting.nets].map(([participant, netMinor]) => ({ participant, netMinor }));
    return { kind: 'executed', outcome: { nets: netWords(nets, window.currency) } };
  }
}
