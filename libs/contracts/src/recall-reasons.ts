import { entry, type ReasonEntry } from './reason-entry.js';

/** Reasons of recalls (domain 6.11), of the one registry in reasons.ts. */
export const RECALL_REASON_ENTRIES = {
  recall_unknown: entry(
    404,
    'AG09',
    'never',
    'Recall not found, or it is not yours',
    'List yours with `GET /v1/recalls`.',
  ),
  recall_not_served: entry(
    422,
    'AG03',
    'never',
    'A refund cannot be called back',
    'Ask whoever got the money to send it back.',
  ),
  recall_too_late: entry(
    422,
    'TM01',
    'never',
    'The time for a recall with this reason has passed',
    'Settle it with the other side in another way.',
  ),
  recall_open: entry(
    409,
    'DUPL',
    'never',
    'The payment is being called back already',
    'Wait for the answer to the recall that `detail` names.',
  ),
  recall_ended: entry(
    409,
    'AG09',
    'never',
    'The recall has ended',
    'Its state says how. Money can still be given back with `POST /v1/refunds`.',
  ),
} as const satisfies Readonly<Record<string, ReasonEntry>>;
