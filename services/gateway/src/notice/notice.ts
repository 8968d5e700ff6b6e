import { createHash } from 'node:crypto';

/** Everything that participants are told by themselves. */
export const NOTICE_TYPES = [
  'payment.completed',
  'payment.failed',
  'payment.blocked',
  'payment.refunded',
  'payment.held',
  'payment.review',
  'payment.unknown',
  'quote.used',
  'quote.completed',
  'quote.failed',
  'corridor.status',
  'recall.requested',
  'recall.answered',
  'report.available',
  'webhook.disabled',
  'webhook.test',
] as const;
export type NoticeType = (typeof NOTICE_TYPES)[number];

/** A text that somebody sent. */
export function isNoticeType(text: string): text is NoticeType {
  return (NOTICE_TYPES as readonly string[]).includes(text);
}

/** What one participant is told once. */
export interface Notice {
  readonly noticeId: string;
  readonly participant: string;
  readonly type: NoticeType;
  /** The payment that it is about, and its version then; absent: it is about something else. */
  readonly payment?: { readonly paymentId: string; readonly version: number };
  /** No personal data: ids, states, codes, amounts. */
  readonly data: Readonly<Record<string, unknown>>;
  /** When what it tells happened. */
  readonly at: string;
}

const TIME_DIGITS = 12;

/**
 * The id of what is told to a participant: the same for the same, whoever hears of it and how often. `about` is an id that sorts
 * by time (UUIDv7), and its time begins the id, so that new ones are near each other; UUIDv8 (RFC 9562, 5.8).
 */
export function noticeIdOf(participant: string, about: string, ...what: readonly string[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([participant, about, ...what]))
    .digest('hex');
  const time = about.replaceAll('-', '').slice(0, TIME_DIGITS);
  return `${time.slice(0, 8)}-${time.slice(8)}-8${hash.slice(0, 3)}-a${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
}
