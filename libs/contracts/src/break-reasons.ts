import { entry, type ReasonEntry } from './reason-entry.js';

/** Reasons of breaks and of the rules of reconciliation, of the one registry in reasons.ts. */
export const BREAK_REASONS = {
  break_closed: entry(
    409,
    'AG09',
    'never',
    'This break has been closed',
    'Check its current state; it can be reopened once, and a later statement reopens it if the figures change.',
  ),
  break_standing: entry(
    409,
    'AG09',
    'never',
    'This break is open',
    'Only a break that has ended can be reopened.',
  ),
  break_reopened_before: entry(
    409,
    'AG09',
    'never',
    'This break was reopened before',
    'People reopen a break once; a later statement reopens it if the figures change.',
  ),
  break_proposed: entry(
    409,
    'AG09',
    'never',
    'Somebody has proposed how this break is to end',
    'Approve, reject or withdraw the proposal that `detail` names first.',
  ),
  break_action_unfit: entry(
    422,
    'AG09',
    'never',
    'This action does not fit these breaks',
    'Choose another action, or other breaks: `detail` says what does not fit.',
  ),
  breaks_unlike: entry(
    422,
    'AG09',
    'never',
    'These breaks are not of one type and currency',
    'Decide breaks of one type and one currency together, the others apart.',
  ),
  break_value_limit: entry(
    422,
    'AM02',
    'never',
    'The amount is above what may be decided in this way',
    'Decide large breaks one by one; what is above the limit of write-offs is claimed or booked otherwise.',
  ),
  rules_retroactive: entry(
    422,
    'DT01',
    'never',
    'Rules cannot hold for days that have begun',
    'Name a day after today: past days keep the rules that they were compared by.',
  ),
} as const satisfies Readonly<Record<string, ReasonEntry>>;
