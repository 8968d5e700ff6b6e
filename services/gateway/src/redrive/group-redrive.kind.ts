import type { ApprovalExecution, ApprovalKind, ApprovalRequest } from '@tonle/approval';
import { deadLetterCalls, type Refusal } from '@tonle/contracts';
import type { ServiceCalls } from '@tonle/messaging';
import { z } from 'zod';

const groupRedrive = z.object({
  service: z.string(),
  groupId: z.string(),
  /** Letters that were open when it was proposed. */
  total: z.number().int(),
  perSecond: z.number().int(),
  stopOnFailure: z.boolean(),
});
/** A group of dead letters that is to be redriven where it is. */
export type GroupRedrive = z.infer<typeof groupRedrive>;

/** Many dead letters are given to a service again: others have seen what a replay would do. */
export class GroupRedriveKind implements ApprovalKind<GroupRedrive> {
  readonly kind = 'dead-letter.redrive';
  readonly payload = groupRedrive;

  constructor(private readonly calls: ServiceCalls) {}

  /** The letters are another service's: whether there are more by now it says when they are redriven. */
  targetVersion(_transaction: unknown, { total }: GroupRedrive): Promise<string> {
    return Promise.resolve(`${total} letters`);
  }

  /**
   * Begins it where the letters are, under the name of the approval: done again it is the same redrive. When this process dies before
   * the approval is written down, the redrive runs and the approval is given once more.
   */
  async prepare({
    payload: { service, groupId, total, perSecond, stopOnFailure },
    ...request
  }: ApprovalRequest<GroupRedrive>): Promise<Refusal | undefined> {
    const { approvalId: redriveId, operator, participant, reason } = request;
    const answer = await this.calls.call(deadLetterCalls(service).redrive, {
      ...{ groupId, perSecond, stopOnFailure, redriveId, most: total, operator, participant, reason },
    });
    return answer.kind === 'refused' ? answer : undefined;
  }

  execute(
    _transaction: unknown,
    { payload: { service }, approvalId }: ApprovalRequest<GroupRedrive>,
  ): Promise<ApprovalExecution> {
    return Promise.resolve({ kind: 'executed', outcome: { redriveId: `${service}.${approvalId}` } });
  }
}
