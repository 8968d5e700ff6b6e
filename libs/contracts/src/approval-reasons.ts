import { entry, type ReasonEntry } from './reason-entry.js';

/** Reasons of approvals, of the one registry in reasons.ts. */
export const APPROVAL_REASONS = {
  approval_unknown: entry(404, 'AG09', 'never', 'No such approval', 'See the list of approvals.'),
  approval_ended: entry(
    409,
    'AG09',
    'never',
    'The approval has ended',
    'Propose it anew when it is still wanted: `detail` says how it ended.',
  ),
  approval_stale: entry(
    409,
    'AG09',
    'never',
    'What was to be changed has changed since it was proposed',
    'Look at it as it is now, and propose anew.',
  ),
  approval_failed: entry(
    409,
    'AG09',
    'never',
    'It was approved, but cannot be done',
    'Nothing was changed. `detail` says why: mend that, and propose anew.',
  ),
  warnings_unacknowledged: entry(
    422,
    'AG09',
    'never',
    'Not every warning was acknowledged',
    'Look at each one that `errors` names, and acknowledge it by its code.',
  ),
  not_the_maker: entry(
    403,
    'AG01',
    'never',
    'Only the operator who proposed it may withdraw it',
    'Another operator approves or rejects it.',
  ),
  not_an_approver: entry(
    403,
    'AG01',
    'never',
    'This operator may not propose or decide things of this kind',
    'Ask an operator whom the policy in `detail` names.',
  ),
  cap_below_use: entry(
    409,
    'AG09',
    'never',
    'The participant owes more already than this cap and its prefund allow',
    'Use the cap given in `detail`, or one above it; to stop new payments, pause the participant or a corridor.',
  ),
  directory_impossible: entry(
    409,
    'AG09',
    'never',
    'The directory could not work with this change',
    'Mend what `detail` names, and propose the change anew.',
  ),
} as const satisfies Readonly<Record<string, ReasonEntry>>;
