import { entry } from './reason-entry.js';

/** Reasons of what is not taken for a while: a network does not answer, or operators let less through. Of the one registry in reasons.ts. */
export const HEALTH_REASONS = {
  corridor_down: entry(
    503,
    'ED06',
    'later',
    'A network of the corridor does not answer',
    'Try again after the time in Retry-After; nothing was debited. The status of the corridor says when it is back.',
  ),
  partner_away: entry(
    422,
    'ED06',
    'new_payment',
    'A network of the corridor did not answer while the payment waited, or too many waited before it',
    'Create a new payment; nothing was debited. The status of the corridor says when the network is back.',
  ),
  corridor_throttled: entry(
    429,
    'AB10',
    'later',
    'The corridor takes fewer payments for now',
    'Try again after the time in Retry-After; nothing was debited.',
  ),
} as const;
