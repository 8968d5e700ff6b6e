import { entry, type ReasonEntry } from './reason-entry.js';

/** Reasons of the close of days and months (domain 7.7), of the one registry in reasons.ts. */
export const CLOSE_REASONS = {
  period_closed: entry(
    409,
    'AG09',
    'never',
    'This day or month is closed',
    'Book it in the open one; two operators can reopen what is closed.',
  ),
  period_open: entry(
    409,
    'AG09',
    'never',
    'This day or month is not closed',
    'Close it, or look at another.',
  ),
  period_not_over: entry(
    409,
    'AG09',
    'later',
    'This day or month is not over',
    'Wait until the time given in `detail`.',
  ),
  period_order: entry(
    409,
    'AG09',
    'later',
    'Another day or month comes first',
    'Close, or reopen, the one that `detail` names, then try again later.',
  ),
  close_steps_open: entry(
    409,
    'AG09',
    'later',
    'Steps of the checklist are open',
    'Mend what the steps named in `detail` have found, or sign those that may be carried, then try again later.',
  ),
  finding_changed: entry(
    409,
    'AG09',
    'later',
    'What the step has found has changed since it was looked at',
    'Look at the checklist again, and sign what it says now.',
  ),
} as const satisfies Readonly<Record<string, ReasonEntry>>;
