import type { Addressee, Agent } from './model-parts.js';
import type {
  InstitutionPayment,
  CustomerPayment,
  Recall,
  RecallReply,
  Return,
  Status,
  StatusRequest,
} from './model-interbank.js';
import type { AccountReport, Notification, ProxyReply, ProxyRequest, Statement } from './model-account.js';
import type { CustomerReversal, CustomerStatus, CustomerTransfer } from './model-customer.js';

// The canonical model: what the switch means, whatever message version says it (pacs.008.001.13 level).

/** admi.004: something happened in a system: a session opens, a cut-off comes, is it alive. */
export interface SystemEvent {
  readonly kind: 'system_event';
  readonly event: string;
  readonly parameters?: readonly string[];
  readonly description?: string;
  readonly at?: string;
}

/** admi.011: the event was taken note of. */
export interface SystemEventReply {
  readonly kind: 'system_event_reply';
  readonly messageId: string;
  readonly originatorReference?: string;
  readonly session?: string;
  readonly event?: string;
  readonly parameters?: readonly string[];
  readonly description?: string;
  readonly at?: string;
}

/** admi.002: what was sent could not be read or used at all. */
export interface Rejection {
  readonly kind: 'rejection';
  readonly relatedReference: string;
  readonly reason: string;
  readonly rejectedAt?: string;
  readonly location?: string;
  readonly description?: string;
  /** What `description` has no room for. */
  readonly findings?: string;
}

export type CanonicalMessage =
  | CustomerPayment
  | Status
  | StatusRequest
  | ProxyRequest
  | ProxyReply
  | Statement
  | AccountReport
  | Notification
  | Return
  | InstitutionPayment
  | Recall
  | RecallReply
  | SystemEvent
  | SystemEventReply
  | Rejection
  | CustomerTransfer
  | CustomerStatus
  | CustomerReversal;

/** head.001 around a message. */
export interface BusinessHeader {
  readonly from: Agent;
  readonly to: Agent;
  readonly businessMessageId: string;
  readonly messageDefinition: string;
  readonly businessService?: string;
  readonly createdAt: string;
  readonly copyDuplicate?: string;
  readonly possibleDuplicate?: boolean;
}

/** One thing that is wrong with a message: where, and in words a person can act on. */
export interface IsoError {
  /** e.g. `not_well_formed`, `doctype`, `unknown_message`, `missing_element`, `unexpected_element`, `pattern`, `max_length`, `amount_scale` ... */
  readonly code: string;
  readonly path: string;
  readonly line: number;
  readonly offset: number;
  readonly detail: string;
}

export type IsoReading =
  | {
      readonly kind: 'read';
      /** e.g. `pacs.008.001.08`. */
      readonly version: string;
      readonly header?: BusinessHeader;
      /** The header's definition, e.g. `head.001.001.02`. */
      readonly headerVersion?: string;
      readonly message: CanonicalMessage;
      /** Paths of what the message says and `message` does not hold; only when it was asked for. */
      readonly unheld?: readonly string[];
      /** Whom it is to, wherever it says so; only when it was asked for. */
      readonly addressees?: readonly Addressee[];
    }
  | { readonly kind: 'refused'; readonly version?: string; readonly errors: readonly IsoError[] };
