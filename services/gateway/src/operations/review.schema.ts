import { z } from 'zod';
import { listedReview, REVIEW_DECISIONS, undecidedPayment } from '@tonle/contracts';
import { publicAmount } from '../http/public-amount.js';
import { instant, printable } from '../payment/payment.schema.js';
import { reason } from './operations.schema.js';

const decision = z.enum(REVIEW_DECISIONS).meta({
  description:
    'Outcome of the leg: `paid`, `not_paid` (and never will be), or for a reversal `reverse`: send it once more',
});
const reference = printable(140).meta({
  description: "The partner's reference of the leg; required for `paid`",
});
const booked = publicAmount.meta({
  description: 'What the partner booked, when that is not what was asked for; a debit is paid back as booked',
});
const evidence = printable(2000)
  .min(3)
  .meta({ description: 'What proves it: a statement line, a letter from the partner, a ticket' });

export const proposeReviewBody = z
  .strictObject({ decision, reference: reference.optional(), booked: booked.optional(), reason, evidence })
  .meta({ id: 'ProposeReview' });
export type ProposeReviewBody = z.infer<typeof proposeReviewBody>;

const proposal = z
  .object({
    approvalId: z.string().meta({ description: 'As the list of approvals names it' }),
    decision,
    reference: reference.optional(),
    booked: booked.optional(),
    reason: z.string(),
    evidence: z.string(),
    proposedBy: z.string().meta({ description: 'The participant; another one must decide' }),
    proposedAt: instant,
  })
  .meta({ description: 'Pending decision by another operator' });

export const publicReviews = z
  .object({
    reviews: z.array(
      listedReview.omit({ amount: true, proposal: true, decisions: true, notPaidFrom: true }).extend({
        amount: publicAmount.meta({ description: 'What the leg moves' }),
        owedTo: z
          .object({
            agent: z.string().meta({ description: 'Its institution' }),
            account: z.string().meta({ description: 'Its account there' }),
          })
          .optional()
          .meta({ description: 'Whoever waits for the amount; absent for a debit, which takes it' }),
        decisions: z.array(decision).meta({ description: 'What may be proposed' }),
        notPaidFrom: instant.optional().meta({
          description: 'Earliest time for `not_paid`: until then what was sent may still arrive',
        }),
        proposal: proposal.optional(),
      }),
    ),
    undecided: z
      .array(undecidedPayment)
      .meta({ description: 'Payments whose next step fails: fix the cause, and they continue' }),
  })
  .meta({ id: 'Reviews' });
export type PublicReviews = z.infer<typeof publicReviews>;
