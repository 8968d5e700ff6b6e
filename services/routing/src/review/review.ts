import type { LegKind, ReviewDecision } from '@tonle/contracts';
import type { MoneyAmount } from '../payment/payment.js';

/** What an operator has found about the leg under review, before another one has agreed. */
export interface ReviewProposal {
  readonly id: string;
  readonly paymentId: string;
  readonly leg: LegKind;
  /** The payment's version at that time: one that has left the review since makes the proposal void. */
  readonly version: number;
  readonly decision: ReviewDecision;
  readonly partnerRef: string | undefined;
  readonly amount: MoneyAmount | undefined;
  readonly reason: string;
  readonly evidence: string;
  /** The participant that proposed it. */
  readonly proposedBy: string;
  readonly proposedAtMs: number;
}

/** What can be decided of a leg. A reversal that was not accepted is owed to the payer still: it is sent once more. */
export const DECISIONS: Readonly<Record<LegKind, readonly ReviewDecision[]>> = {
  debit: ['paid', 'not_paid'],
  credit: ['paid', 'not_paid'],
  reversal: ['paid', 'reverse'],
};
