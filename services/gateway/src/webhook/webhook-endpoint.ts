import type { NoticeType } from '../notice/notice.js';

/** What is sent to an endpoint: events in JSON, or ends of payments in ISO 20022. */
export const WEBHOOK_FORMATS = ['webhook', 'pacs.002'] as const;
export type WebhookFormatName = (typeof WEBHOOK_FORMATS)[number];

/** The type of a try: it is for the endpoint that it names, whatever types that wants. */
export const TEST_TYPE = 'webhook.test' as const satisfies NoticeType;

export const DISABLED_TYPE = 'webhook.disabled' as const satisfies NoticeType;

/** Where a participant wants to be told. Rows are read by these names. */
export interface WebhookEndpoint {
  readonly endpointId: string;
  readonly participant: string;
  readonly url: string;
  readonly format: WebhookFormatName;
  /** Empty: all. */
  readonly types: readonly NoticeType[];
  readonly description: string;
  readonly state: 'active' | 'disabled' | 'deleted';
  readonly disabledBecause: 'gone' | 'failing' | null;
  readonly disabledAt: Date | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly position: bigint;
  readonly keyNumber: number;
  readonly previousUntil: Date | null;
  readonly failures: number;
  readonly failingSince: Date | null;
  readonly takenAt: Date | null;
}
