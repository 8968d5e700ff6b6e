import { createHash } from 'node:crypto';
import {
  paymentSubmit,
  TERMINAL_STATES,
  textFaults,
  type FieldError,
  type PaymentSubmit,
} from '@tonle/contracts';
import type { PaymentNews } from './payment-news.js';

/** A payment that somebody instructs, read and checked, before anything of it is stored. */
export interface Instruction {
  /** What routing is asked to do. Its sender and message id are the key of the request (decisions 24). */
  readonly submit: PaymentSubmit;
  /** SHA-256 of the fields that the caller gave: the same key with another hash is another payment. */
  readonly contentHash: Buffer;
  /** The bytes as they came: evidence. */
  readonly raw: Uint8Array;
  /** Signature headers, where they are kept as evidence. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Name of the dialect that it came in: the answer is written in the same. */
  readonly dialect: string;
  /** Version of the message within its dialect. */
  readonly messageVersion?: string;
  /** Not taken at or after this instant (epoch ms): its sender may hold a "not found" for final then (domain 6.7). */
  readonly takeBeforeMs?: number;
  /** The payee's name as it may be shown. */
  readonly creditorShown: string;
  /** It is drawn on a code that its payer shows, by the network's name for its message: the door's `claim` decides. */
  readonly drawn?: { readonly drawingId: string; readonly codeId: string };
  /** Payment id or UETR of the payment without an outcome beside which its sender means this one too. */
  readonly confirmsDuplicateOf?: string;
  readonly traceparent?: string;
}

/** A request as its row keeps it: what was asked, and what is known of its payment. */
export interface StoredRequest<N extends PaymentNews = PaymentNews> {
  readonly paymentId: string;
  readonly sender: string;
  readonly messageId: string;
  readonly uetr: string;
  readonly contentHash: Buffer;
  readonly dialect: string;
  readonly messageVersion: string | null;
  readonly submit: PaymentSubmit;
  readonly creditorShown: string;
  readonly receivedAt: Date;
  /** The last thing that was told of the payment; null while nothing was. */
  readonly news: N | null;
}

/** A request that was just written, as a later read would find it. */
export function storedRequestOf<N extends PaymentNews>(instruction: Instruction): StoredRequest<N> {
  const { submit, contentHash, dialect, creditorShown } = instruction;
  return {
    paymentId: submit.paymentId,
    sender: submit.sender,
    messageId: submit.messageId,
    uetr: submit.uetr,
    contentHash,
    dialect,
    messageVersion: instruction.messageVersion ?? null,
    submit,
    creditorShown,
    receivedAt: new Date(submit.receivedAt),
    news: null,
  };
}

/**
 * What routing could not read, or a later stage not carry (decisions 31), field by field. Asked before anything is kept:
 * what is promised and cannot be read has no end.
 */
export function submitFaults(submit: PaymentSubmit): readonly FieldError[] {
  const read = paymentSubmit.safeParse(submit);
  if (read.success) return textFaults(submit);
  return read.error.issues.map(({ path, message }) => ({
    path: path.map((step) => `/${String(step)}`).join(''),
    message,
  }));
}

/** Has the payment ended, as far as this row knows? */
export function isFinal(request: StoredRequest): boolean {
  return request.news !== null && TERMINAL_STATES.has(request.news.state);
}

/** SHA-256 of fields in a fixed order; absent and undefined are the same, and so are two orders of one object's keys. */
export function contentHashOf(fields: readonly unknown[]): Buffer {
  return createHash('sha256').update(canonicalJson(fields)).digest();
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return part.toString();
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
    const present = Object.entries(part as Record<string, unknown>).filter(([, each]) => each !== undefined);
    return Object.fromEntries(present.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
