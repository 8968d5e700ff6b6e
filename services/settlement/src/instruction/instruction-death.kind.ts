import type { ApprovalExecution, ApprovalKind, ApprovalRequest } from '@tonle/approval';
import { refused, uuid } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import { z } from 'zod';
import { declareDead } from './instruction-desk.js';
import { lockWindowOfInstruction } from './instruction.store.js';

const payload = z.object({ instructionId: uuid, evidence: z.string() });
type Payload = z.infer<typeof payload>;

/** The bank has said, elsewhere than in a file, that it will never carry out an instruction. */
export class InstructionApproval implements ApprovalKind<Payload> {
  readonly kind = 'settlement.instruction';
  readonly payload = payload;

  async targetVersion(transaction: Transaction, { instructionId }: Payload): Promise<string | undefined> {
    const known = await lockWindowOfInstruction(transaction, instructionId);
    return known === undefined ? undefined : `${known.state} ${known.coveredMinor}`;
  }

  async execute(
    transaction: Transaction,
    { payload: { instructionId, evidence } }: ApprovalRequest<Payload>,
    nowMs: number,
  ): Promise<ApprovalExecution> {
    const outcome = await declareDead(
      transaction,
      instructionId,
      new Date(nowMs),
      `two operators: ${evidence}`,
    );
    return outcome === 'done'
      ? { kind: 'executed', outcome: { state: 'REJECTED' } }
      : refused('instruction_not_open');
  }
}
