import type { InboundOutcome, PaymentSubmit } from '@tonle/contracts';

/** A payment that a partner network instructed at our door, before anything is stored. */
export interface InboundRequest {
  readonly submit: PaymentSubmit;
  /** Hash of the canonical fields: the same request again has the same, whatever its bytes. */
  readonly contentHash: string;
  readonly raw: Uint8Array;
  /** Signature headers of the request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Not taken after this instant (epoch ms): the partner may hold a "not found" for final then (domain 6.7). */
  readonly takeBefore: number;
  readonly traceparent?: string;
}

/** What became of a request at the door (decisions 24). */
export type Intake =
  /** Durable and on its way, now or before: the answer comes from the payment. */
  | {
      readonly kind: 'taken';
      readonly paymentId: string;
      readonly submit: PaymentSubmit;
      readonly repeated: boolean;
      readonly outcome?: InboundOutcome;
    }
  /** The UETR or message id is in use with other content. */
  | { readonly kind: 'in_use' }
  | { readonly kind: 'too_late' };

/** A request as it is stored, with its outcome when there is one. */
export interface StoredRequest {
  readonly paymentId: string;
  readonly uetr: string;
  readonly messageId: string;
  readonly contentHash: string;
  readonly submit: PaymentSubmit;
  readonly outcome?: InboundOutcome;
}
