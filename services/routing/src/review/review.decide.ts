import { refused, type LegKind, type Refusal, type ReviewDecision } from '@tonle/contracts';
import type { MachineEvent } from '@tonle/payment';
import { stepsSinceArrival } from '../payment/payment-history.js';
import type { Payment } from '../payment/payment.js';
import { DECISIONS, type ReviewFinding } from './review.js';

// Pure: what may be said of a leg under review, by whom and from when on (domain 6.16).

/** What is proposed, as far as rules ask for it. */
export type Proposed = Pick<ReviewFinding, 'decision' | 'partnerRef' | 'amount'>;

/**
 * From when on the leg under review may be found not paid: what left in its last instant may be booked until the partner's
 * not-found would be final. Undefined when that is never said of it.
 */
export function notPaidFromMs(
  { reviewLeg, legSendBeforeMs, guardMs }: Payment,
  notFoundFinalAfterMs: number,
): number | undefined {
  if (reviewLeg === null || !DECISIONS[reviewLeg].includes('not_paid')) return undefined;
  return (legSendBeforeMs ?? guardMs) + notFoundFinalAfterMs;
}

/**
 * Until when nothing may be said of the leg, unless its network answers an enquiry first: one whose answers contradict each other
 * comes to people before anybody has asked. Undefined when the limit of enquiries has brought it here, or definite answers have.
 */
export function unaskedUntilMs(
  { history, state, enteredAtMs }: Payment,
  reviewAfterMs: number,
): number | undefined {
  return arrivalOf({ history, state })?.startsWith('leg_conflicting') === true
    ? enteredAtMs + reviewAfterMs
    : undefined;
}

/** The event that brought a payment to the state that it is in. */
export function arrivalOf({ history, state }: Pick<Payment, 'history' | 'state'>): string | undefined {
  return history.findLast((step) => step.to === state && step.from !== step.to)?.event;
}

/** Why this may not be proposed, nor approved, now. */
export function refusalOfProposal(
  payment: Payment | undefined,
  { decision, partnerRef, amount }: Proposed,
  now: { readonly nowMs: number; readonly notFoundFinalAfterMs: number },
): Refusal | undefined {
  if (payment === undefined) return refused('not_found');
  const { reviewLeg } = payment;
  if (reviewLeg === null) return refused('not_in_review', `The payment is in state ${payment.state}.`);
  const possible = DECISIONS[reviewLeg];
  if (!possible.includes(decision))
    return refused('decision_not_possible', `For a ${reviewLeg} the decision is ${possible.join(' or ')}.`);
  if (decision === 'paid' && partnerRef === undefined)
    return refused('element_missing', "The partner's reference is required for `paid`.");
  if (decision !== 'paid' && (partnerRef ?? amount) !== undefined)
    return refused('decision_not_possible', 'A reference and an amount are only allowed with `paid`.');
  const from = notPaidFromMs(payment, now.notFoundFinalAfterMs);
  if (decision === 'not_paid' && from !== undefined && now.nowMs < from)
    return refused('review_too_early', `Possible from ${new Date(from).toISOString()} on.`);
  return undefined;
}

/** Names the review that a payment is in: another one, or the same leg again, is another. Tries of a reversal meanwhile change nothing. */
export function reviewVersion({ reviewLeg, version, history }: Payment): string {
  return `${reviewLeg}:${version - stepsSinceArrival(history)}`;
}

/** The machine's event for a decision. Throws for one that is not said of this leg. */
export function eventOfDecision(leg: LegKind, decision: ReviewDecision, amountsAgree: boolean): MachineEvent {
  if (decision === 'paid') return { type: 'decided_paid', leg, amountsAgree };
  if (decision === 'not_paid' && leg !== 'reversal') return { type: 'decided_not_paid', leg };
  if (decision === 'reverse' && leg === 'reversal') return { type: 'decided_reverse', leg };
  throw new Error(`${decision} is not said of a ${leg}`);
}
