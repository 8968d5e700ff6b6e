import {
  amountJson,
  legKind,
  reviewDecision,
  uuid,
  type LegKind,
  type ReviewDecision,
} from '@tonle/contracts';
import { z } from 'zod';
import type { MoneyAmount } from '../payment/payment.js';

export const reviewFinding = z.object({
  paymentId: uuid,
  leg: legKind,
  decision: reviewDecision,
  partnerRef: z.string().optional(),
  amount: amountJson.optional(),
});
/** What operators have found about a leg under review. */
export type ReviewFinding = z.infer<typeof reviewFinding>;

/** The same, as a batch takes it. */
export interface ReviewProposal {
  /** The approval. */
  readonly id: string;
  readonly leg: LegKind;
  readonly decision: ReviewDecision;
  readonly partnerRef: string | undefined;
  readonly amount: MoneyAmount | undefined;
}

/** What can be decided of a leg. A reversal that was not accepted is owed to the payer still: it is sent once more. */
export const DECISIONS: Readonly<Record<LegKind, readonly ReviewDecision[]>> = {
  debit: ['paid', 'not_paid'],
  credit: ['paid', 'not_paid'],
  reversal: ['paid', 'reverse'],
};
