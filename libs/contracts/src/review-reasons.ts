import type { ReasonEntry } from './reason-entry.js';

/** Reasons of reviews (domain 6.16), of the one registry in reasons.ts. */
export const REVIEW_REASONS = {
  found_not_paid: {
    http: 422,
    iso: 'MS03',
    retry: 'new_payment',
    title: 'The operators decided that the payment was not made',
    remedy: 'Create a new payment.',
  },
  not_in_review: {
    http: 409,
    iso: 'AG09',
    retry: 'never',
    title: 'The payment is not under review, or its state has changed since',
    remedy: 'Check its current state.',
  },
  review_too_early: {
    http: 409,
    iso: 'AG09',
    retry: 'later',
    title: 'What was sent may still be paid',
    remedy: 'Wait until the time given in `detail`.',
  },
  decision_not_possible: {
    http: 422,
    iso: 'AG03',
    retry: 'never',
    title: 'This decision is not possible for the leg under review',
    remedy: 'Use one of the decisions given in `detail`.',
  },
  reference_in_use: {
    http: 422,
    iso: 'DUPL',
    retry: 'never',
    title: 'The reference belongs to the leg of another payment',
    remedy: 'Use the reference of this payment.',
  },
  proposal_open: {
    http: 409,
    iso: 'AG09',
    retry: 'never',
    title: 'A decision has already been proposed',
    remedy: 'Approve, reject or withdraw that one: `detail` names it.',
  },
  second_operator_needed: {
    http: 403,
    iso: 'AG01',
    retry: 'never',
    title: 'A decision cannot be approved or rejected by the operator who proposed it',
    remedy: 'Another operator must approve or reject it.',
  },
  nothing_differs: {
    http: 409,
    iso: 'AG09',
    retry: 'never',
    title: 'No file of this day says anything else than was taken of it',
    remedy: 'Nothing is to be decided: `detail` says what keeps the day away, if anything does.',
  },
  file_not_whole: {
    http: 409,
    iso: 'AG09',
    retry: 'later',
    title: 'What was proposed cannot be read, or is not whole',
    remedy:
      'What was taken stands. Try again when the network has laid down a right file: reject this proposal and propose that.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>;
