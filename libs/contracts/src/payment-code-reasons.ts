import { entry, type ReasonEntry } from './reason-entry.js';

/** Reasons of codes that a payer shows, of the one registry in reasons.ts. */
export const PAYMENT_CODE_REASONS = {
  payment_codes_not_served: entry(
    422,
    'AG03',
    'never',
    'The network gives no codes for payers to show',
    'Pay a code of the merchant, or use another network.',
  ),
  payment_code_unknown: entry(
    422,
    'TK01',
    'never',
    'The payment code is not one of a payer here',
    'Ask the payer to show a new code.',
  ),
  payment_code_expired: entry(
    422,
    'DS24',
    'never',
    'The payment code has expired',
    'Ask the payer to show a new code.',
  ),
  payment_code_used: entry(
    422,
    'TK01',
    'never',
    'The payment code has paid already',
    'Ask the payer to show a new code.',
  ),
  payment_code_exceeded: entry(
    422,
    'AM14',
    'lower_amount',
    'More is asked for than the payer agreed to',
    'Ask for a smaller amount, or have the payer show a new code for more.',
  ),
  called_off: entry(
    422,
    'DS02',
    'never',
    'The merchant called the payment off before it began',
    'Begin a new payment under another id.',
  ),
} as const satisfies Readonly<Record<string, ReasonEntry>>;
