import { routingCalls, type ReviewDecision } from '@tonle/contracts';
import type { World } from '../payment/payment.testing.js';

const ONE = { operator: 'OPERATOR-1', participant: 'OPERATOR' };
const TWO = { operator: 'OPERATOR2-1', participant: 'OPERATOR2' };
const FOUND = { reason: 'the partner was asked', evidence: 'statement of 2026-11-26, line 7' };

/** Two operators at a world's routing. */
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
    return answer.proposalId;
  }

  approve(paymentId: string, proposalId: string) {
    const request = { paymentId, proposalId, verdict: 'approve' as const, reason: 'seen', ...TWO };
    return this.world.platform.calls.call(routingCalls.decideReview, request);
  }
}
