import {
  approvalCalls,
  type ApprovalAnswer,
  type ApprovalDecision,
  type routingCalls,
} from '@tonle/contracts';
import type { z } from 'zod';
import type { World } from '../payment/payment.testing.js';

type Answer = z.infer<typeof routingCalls.setSwitch.response>;

/** Another operator's word about what was proposed of the directory. Throws when nothing was. */
export async function otherSays(
  world: World,
  answer: Answer,
  more: Partial<ApprovalDecision> = {},
): Promise<ApprovalAnswer> {
  if (answer.kind !== 'proposed') throw new Error(`not proposed: ${JSON.stringify(answer)}`);
  return world.platform.calls.call(approvalCalls('routing').decide, {
    ...{ approvalId: answer.approvalId, verdict: 'approve', acknowledged: [] },
    ...{ operator: 'OPERATOR2-1', participant: 'OPERATOR2', reason: 'seen', ...more },
  });
}
