import { entry, type ReasonEntry } from './reason-entry.js';

/** The part of the registry in reasons.ts that is about amounts and quotes. */
export const QUOTE_REASONS = {
  // amounts
  unknown_currency: entry(
    422,
    'AM03',
    'never',
    'The currency is unknown, or not supported in this corridor',
    'Use one of the currencies of the corridor.',
  ),
  malformed_amount: entry(
    422,
    'AM12',
    'never',
    'The amount is not a plain decimal number',
    'Write digits with at most one point.',
  ),
  too_many_decimals: entry(
    422,
    'CH20',
    'never',
    'The amount has more decimals than can be paid in the currency',
    'Round to the smallest payable unit.',
  ),
  amount_not_positive: entry(
    422,
    'AM01',
    'never',
    'The amount is zero or negative',
    'Send an amount greater than zero.',
  ),
  amount_too_large: entry(422, 'AM02', 'lower_amount', 'The amount is too large', 'Send a smaller amount.'),
  amount_mismatch: entry(
    422,
    'AM09',
    'never',
    'The amounts do not match the quote or the QR code',
    'Use the amounts as quoted.',
  ),
  // quotes
  quote_unknown: entry(
    422,
    'AB04',
    'new_quote',
    'Quote not found, or made for another participant',
    'Request a quote and use its id.',
  ),
  quote_expired: entry(422, 'AB04', 'new_quote', 'The quote has expired', 'Request a new quote.'),
  quote_used: entry(
    422,
    'AB04',
    'new_quote',
    'The quote was used by another payment',
    'Request a new quote.',
  ),
  rate_differs: entry(
    422,
    'AB04',
    'new_quote',
    'The rate does not match the quote',
    'Request a new quote, and send its rate.',
  ),
  no_quote_available: entry(
    422,
    'AM23',
    'later',
    'No provider can quote this amount at the moment',
    'Try again later or with a smaller amount; see `candidates`.',
  ),
  no_provider: entry(
    422,
    'AM23',
    'never',
    'No provider quotes this currency pair to you',
    'Ask the operator to add a provider; see `candidates`.',
  ),
  amount_too_small: entry(
    422,
    'AM06',
    'never',
    'The amount is worth nothing in the other currency',
    'Send a larger amount.',
  ),
  rate_refused: entry(
    422,
    'AM12',
    'never',
    'The rate is malformed, zero or too far from the previous rate',
    'Send a rate of at most 11 digits.',
  ),
} as const satisfies Record<string, ReasonEntry>;
