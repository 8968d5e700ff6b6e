import type { Approvals } from '@tonle/approval';
import { refused, type windowCalls } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { Platform } from '@tonle/platform';
import type { z } from 'zod';
import { instructionLineWords } from './instruction-lines.view.js';
import type { InstructionMaker } from './instruction-maker.js';
import { InstructionWithdrawalKind, withdrawalFault } from './instruction-withdrawal.kind.js';
import { lockNumbers } from './withdrawal.store.js';

type Asked = z.infer<typeof windowCalls.withdrawInstruction.request>;
type Answered = z.infer<typeof windowCalls.withdrawInstruction.response>;

/** How operators have an instruction that was made not sent. */
export class WithdrawalService {
  private readonly kind: InstructionWithdrawalKind;

  constructor(
    private readonly platform: Pick<Platform, 'database'>,
    directory: Directory,
    private readonly approvals: Approvals,
    maker: InstructionMaker,
  ) {
    this.kind = new InstructionWithdrawalKind(directory, maker);
    approvals.add(this.kind);
  }

  /** It is not sent while the proposal is open. Refuses `not_found`, `instruction_not_open`, and what approvals refuse. */
  propose({ instructionId, operator, participant, reason }: Asked): Promise<Answered> {
    return this.platform.database.transaction(async (transaction): Promise<Answered> => {
      const numbers = await lockNumbers(transaction, instructionId);
      if (numbers === undefined) return refused('not_found');
      const fault = withdrawalFault(numbers);
      if (fault !== undefined) return fault;
      const { own, last } = numbers;
      const isOfWindow = own.windowId !== null;
      const passesOn = last.instructionId === own.instructionId ? {} : { numberPassesFrom: last.messageId };
      const answer = await this.approvals.propose(transaction, this.kind, {
        payload: { instructionId },
        target: instructionId,
        before: {
          state: own.state,
          messageId: own.messageId,
          lines: await instructionLineWords(transaction, instructionId, own.currency),
          ...(own.windowId !== null && { windowId: own.windowId }),
        },
        after: {
          state: 'WITHDRAWN',
          paid: 'nothing under it',
          ...(isOfWindow && { window: 'FAILED' }),
          ...passesOn,
        },
        ...{ operator, participant, reason },
      });
      if (answer.kind === 'refused') return answer;
      const { approvalId, approvalsRequired } = answer;
      return { kind: 'proposed', approvalId, approvalsRequired };
    });
  }
}
