import { entry, type ReasonEntry } from './reason-entry.js';

/** Reasons of events and webhooks, of the one registry in reasons.ts. */
export const NOTICE_REASONS = {
  events_forgotten: entry(
    410,
    'AG09',
    'never',
    'Events that follow this cursor are not kept any more',
    'Ask without `after`: what is kept begins there. What became of payments before that, GET /v1/payments tells.',
  ),
} as const satisfies Readonly<Record<string, ReasonEntry>>;
