import { entry, type ReasonEntry } from './reason-entry.js';

/** Reasons of windows after their netting, instructions and finalisations, of the one registry in reasons.ts. */
export const SETTLEMENT_REASONS = {
  window_not_ready: entry(
    409,
    'AG09',
    'never',
    'The window is not in a state for this',
    'Look at it: `detail` says where it stands, and what it waits for.',
  ),
  window_disputed: entry(
    409,
    'AG09',
    'never',
    'The window is disputed',
    'End the dispute first, with its outcome as the reason.',
  ),
  window_partly_paid: entry(
    409,
    'AG09',
    'never',
    'Money has come under the window',
    'Nobody can be taken out any more: instruct what is left again, or cover it by an approved write-off.',
  ),
  not_in_window: entry(
    422,
    'AG09',
    'never',
    'No such participant in this window',
    'Name participants of its bilateral sums, as its list of nets shows them.',
  ),
  instruction_not_possible: entry(
    409,
    'AG09',
    'later',
    'The bank cannot be instructed',
    'Mend what `detail` names, most often in the directory, and try again.',
  ),
  instruction_not_open: entry(
    409,
    'AG09',
    'never',
    'The instruction is not one that the bank could still carry out, or has not been sent',
    'Look at it: `detail` says how it stands.',
  ),
  finalisation_refused: entry(
    422,
    'AG09',
    'never',
    'The finalisation is no proof of what it says',
    'Nothing was posted. Ask the bank about each thing that `errors` names; a corrected file is another file.',
  ),
} as const satisfies Readonly<Record<string, ReasonEntry>>;
