import { entry, type ReasonEntry } from './reason-entry.js';

/** Reasons of settlement banks and of money in suspense, of the one registry in reasons.ts. */
export const BANK_REASONS = {
  bank_unknown: entry(
    422,
    'AGNT',
    'never',
    'The bank holds no account of the scheme in this currency',
    'Use a bank and a currency of the list of settlement banks.',
  ),
  bank_silent: entry(
    503,
    'AB05',
    'later',
    'The bank does not answer, or there is no link to it',
    'Try again, or hand its file in; `detail` says what happened.',
  ),
  bank_file_refused: entry(
    422,
    'AG03',
    'never',
    "The bank's file cannot be taken",
    'Nothing of it was taken. `detail` says what is wrong: get a right file from the bank.',
  ),
  bank_file_known: entry(
    409,
    'DUPL',
    'never',
    'This file was taken before',
    'Nothing is to be done: the same bytes are taken once.',
  ),
  instruction_not_open: entry(
    409,
    'AG09',
    'never',
    'The instruction is not waiting to be sent to its bank',
    'Look at it as it is now; `detail` says how it stands.',
  ),
  suspense_cleared: entry(
    409,
    'AG09',
    'never',
    'Nothing of this money is in suspense any more',
    'See what was done with it in the list of suspense items.',
  ),
  suspense_returning: entry(
    409,
    'AG09',
    'never',
    'The bank is sending this money back',
    'Wait for its line, or propose to keep the money first.',
  ),
  cure_not_possible: entry(
    422,
    'AG03',
    'never',
    'This cannot be done with money in suspense',
    'Propose something else; `detail` says what stands against it.',
  ),
} as const satisfies Readonly<Record<string, ReasonEntry>>;
