import { createHash } from 'node:crypto';
import type { PaymentEventMessage, PaymentState, PaymentSubmit } from '@tonle/contracts';
import { TERMINAL_STATES } from '@tonle/contracts';

export type Channel = 'rest' | 'iso20022';

/** A payment request that is ready to be made durable. */
export interface Order {
  readonly participant: string;
  /** Idempotency-Key, or MsgId: with the participant the key of the request (decisions 24). */
  readonly messageId: string;
  /** SHA-256 of the fields that the caller gave; same key with another hash is a conflict. */
  readonly contentHash: Buffer;
  readonly channel: Channel;
  /** ISO message version, so that the answer comes in the same family. */
  readonly messageVersion?: string;
  /** The bytes as received: evidence. */
  readonly raw: Uint8Array;
  readonly submit: PaymentSubmit;
  /** The payee's name as it may be shown. */
  readonly creditorShown: string;
  readonly traceparent?: string;
}

/** A request row: what was asked, and what is known of its payment. */
export interface StoredRequest {
  readonly paymentId: string;
  readonly participant: string;
  readonly messageId: string;
  readonly contentHash: Buffer;
  readonly channel: Channel;
  readonly messageVersion: string | null;
  readonly uetr: string;
  readonly submit: PaymentSubmit;
  readonly creditorShown: string;
  readonly receivedAt: Date;
  /** The last thing that was told about the payment; null while nothing was. */
  readonly event: PaymentEventMessage | null;
}

/** Has the payment ended, as far as this row knows? */
export function isFinal(request: StoredRequest): boolean {
  return request.event !== null && TERMINAL_STATES.has(request.event.state);
}

export function stateOf(request: StoredRequest): PaymentState {
  return request.event?.state ?? 'RECEIVED';
}

/** SHA-256 of fields in a fixed order; absent and undefined are the same. */
export function contentHashOf(fields: readonly unknown[]): Buffer {
  return createHash('sha256').update(canonicalJson(fields)).digest();
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return part.toString();
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
    const sorted = Object.entries(part as Record<string, unknown>).filter(([, each]) => each !== undefined);
    return Object.fromEntries(sorted.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
