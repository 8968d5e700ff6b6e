import type { ReasonEntry } from './reason-entry.js';

/** Reasons of reviews (domain 6.16), of the one registry in reasons.ts. */
export const REVIEW_REASONS = {
  found_not_paid: {
    http: 422,
    iso: 'MS03',
    retry: 'new_payment',
    title: 'The operators have found that it was not paid',
    remedy: 'Make a new payment.',
  },
  not_in_review: {
    http: 409,
    iso: 'AG09',
    retry: 'never',
    title: 'The payment is not under review, or has moved since',
    remedy: 'Check its current state.',
  },
  review_too_early: {
    http: 409,
    iso: 'AG09',
    retry: 'later',
    title: 'What was sent may still be paid',
    remedy: 'Wait until the time that the detail names.',
  },
  decision_not_possible: {
    http: 422,
    iso: 'AG03',
    retry: 'never',
    title: 'This cannot be decided about the leg under review',
    remedy: 'Use one of the decisions that the detail names.',
  },
  reference_in_use: {
    http: 422,
    iso: 'DUPL',
    retry: 'never',
    title: 'The reference proves the leg of another payment',
    remedy: 'Give the reference of this one.',
  },
  proposal_open: {
    http: 409,
    iso: 'AG09',
    retry: 'never',
    title: 'Somebody has proposed a decision already',
    remedy: 'Approve or reject that one.',
  },
  proposal_unknown: {
    http: 404,
    iso: 'AG09',
    retry: 'never',
    title: 'There is no such proposal that waits',
    remedy: 'Look at the list of reviews.',
  },
  second_operator_needed: {
    http: 403,
    iso: 'AG01',
    retry: 'never',
    title: 'Who proposed a decision may not decide on it',
    remedy: 'Another operator has to approve or reject.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>;
