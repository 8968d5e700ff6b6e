import { entry, type ReasonEntry } from './reason-entry.js';

/** Reasons of refunds (domain 6.11), of the one registry in reasons.ts. */
export const REFUND_REASONS = {
  original_unknown: entry(
    404,
    'AG09',
    'never',
    'The payment that is to be refunded does not exist, or is not yours',
    'Check its id: a bank gives back what came in for its customers, not what it sent.',
  ),
  original_not_completed: entry(
    409,
    'AG09',
    'later',
    'Only a completed payment can be refunded',
    'Try again later: a payment under way may complete yet.',
  ),
  original_not_paid: entry(
    409,
    'AG09',
    'never',
    'The payment ended without its payee being paid: there is nothing to refund',
    'Check its state: its payer has the money, or it is held by a bank.',
  ),
  refund_not_served: entry(
    422,
    'AG03',
    'never',
    'The corridor of this payment has no refunds, or the payment is a refund itself',
    'Settle it with the other side in another way.',
  ),
  refund_held: entry(
    409,
    'AG09',
    'later',
    'Nothing of the payment is given back while it is being looked into: its network says otherwise than the switch',
    'Try again later, or ask the operators of the switch.',
  ),
  refund_fault_not_found: entry(
    403,
    'AG03',
    'later',
    'Operators have not found that the switch was at fault with this payment',
    'Ask the operators to look into it and try again later, or leave `fault` out.',
  ),
  refund_too_late: entry(
    422,
    'TM01',
    'never',
    'The time for a refund has passed',
    'Settle it with the other side in another way.',
  ),
  already_refunded: entry(
    409,
    'AM09',
    'never',
    'All of the payment has been given back, or is about to be',
    'Nothing is left to refund: the payment shows its `refundedAmount`.',
  ),
  refund_exceeds: entry(
    422,
    'AM09',
    'lower_amount',
    'More than is left of the payment would be given back',
    'Refund a smaller amount: `detail` says what is left.',
  ),
} as const satisfies Readonly<Record<string, ReasonEntry>>;
