import { entry, type ReasonEntry } from './reason-entry.js';

/** Why an entry is not booked (domain 6.8), of the one registry in reasons.ts. */
export const LEDGER_REASONS = {
  entry_not_allowed: entry(
    422,
    'AG03',
    'never',
    'The rules of entries do not allow this one',
    'Book another: `detail` says which accounts, or which proof, it may have.',
  ),
  entry_differs: entry(
    409,
    'DUPL',
    'never',
    'An entry with this id says something else',
    'What was booked stands. Put it right by another entry.',
  ),
  bank_line_used: entry(
    409,
    'DUPL',
    'never',
    'This part of the bank line has proved another entry',
    'Each part of a line moves money once: `detail` names the entry that it moved.',
  ),
  entry_not_refused: entry(
    409,
    'AG09',
    'never',
    'The entry is not refused',
    'Only what the ledger has refused is tried again or given up; `detail` says how it stands.',
  ),
  entry_needed: entry(
    409,
    'AG09',
    'never',
    'A settlement window waits for the entry',
    'It cannot be given up: mend what it was refused for, and have it tried again. `detail` names the window.',
  ),
  ledger_not_known_yet: entry(
    409,
    'AG09',
    'later',
    'The ledger is not known up to this instant yet',
    'Ask for an instant up to the one given in `detail`, or wait: the copy of the ledger follows within a minute.',
  ),
} as const satisfies Readonly<Record<string, ReasonEntry>>;
