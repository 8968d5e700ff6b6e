import { approvalCalls, routingCalls, type ApprovalDecision, type ReviewDecision } from '@tonle/contracts';
import type { World } from '../payment/payment.testing.js';

export const ONE = { operator: 'OPERATOR-1', participant: 'OPERATOR' };
export const TWO = { operator: 'OPERATOR2-1', participant: 'OPERATOR2' };
const FOUND = { reason: 'the partner was asked', evidence: 'statement of 2026-11-26, line 7' };

/** What is answered to the last approval. */
export const DONE = { kind: 'decided', state: 'executed' };

/** Operators at a world's routing. */
export class Operators {
  constructor(private readonly world: World) {}

  async reviews() {
    return (await this.world.platform.calls.call(routingCalls.reviews, {})).reviews;
  }

  propose(paymentId: string, decision: ReviewDecision, more: object = {}) {
    const request = { paymentId, decision, ...FOUND, ...ONE, ...more };
    return this.world.platform.calls.call(routingCalls.proposeReview, request);
  }

  /** Throws when it is refused. */
  async proposed(paymentId: string, decision: ReviewDecision, more: object = {}): Promise<string> {
    const answer = await this.propose(paymentId, decision, more);
    if (answer.kind !== 'proposed') throw new Error(`refused: ${answer.reason} ${answer.detail ?? ''}`);
    return answer.approvalId;
  }

  async find(approvalId: string) {
    const answer = await this.world.platform.calls.call(approvalCalls('routing').find, { approvalId });
    if (answer.kind === 'refused') throw new Error(answer.reason);
    return answer.approval;
  }

  approve(approvalId: string, more: Partial<ApprovalDecision> = {}) {
    const request = {
      approvalId,
      verdict: 'approve' as const,
      acknowledged: [],
      reason: 'seen',
      ...TWO,
      ...more,
    };
    return this.world.platform.calls.call(approvalCalls('routing').decide, request);
  }
}
