import type {
  AmountDecimals,
  Addressee,
  Agent,
  CanonicalMessage,
  IsoReading,
  CustomerPayment,
  Rejection,
  Return,
  StatusRequest,
} from '@tonle/iso20022';
import type { IsoStatus, Refusal } from '@tonle/contracts';
import type { ParticipantBody } from '@tonle/directory';
import type { RawMessage, Stamp, Unreadable } from '../dialect.js';
import type { Taken } from '../door.js';
import type { OwnNames } from './addressee.decide.js';
import type { Instruction } from '../instruction.js';
import type { RequestKey } from '../intake.decide.js';
import type { PaymentNews } from '../payment-news.js';

/** A message that was read, and how it came. */
export interface IsoAsked extends RawMessage {
  readonly message: CanonicalMessage;
  readonly version: string;
  readonly header: Extract<IsoReading, { kind: 'read' }>['header'];
  /** The definition of its header: it is answered in the same. */
  readonly headerVersion: string | undefined;
  /** Paths of what a pacs.008 or pacs.028 says and its model does not hold: its sender is told. */
  readonly unheld: readonly string[];
  /** Whom it is to. */
  readonly addressees: readonly Addressee[];
}

/** A message that asks for a payment. */
export interface IsoInstructed extends IsoAsked {
  readonly message: CustomerPayment;
}

/** A message that gives back what we paid. */
export interface IsoReturned extends IsoAsked {
  readonly message: Return;
}

/** Where those who speak ISO 20022 differ. All of it is data and pure functions. */
export interface IsoUsage<Found, N extends PaymentNews> {
  /** Versions that are read, and the version that each is answered in. */
  readonly answers: Readonly<Record<string, string>>;
  /** Who we are. */
  readonly self: Agent;
  /** All that we are named by; what is to somebody else is refused. */
  readonly names: OwnNames;
  /**
   * Who asked, when answers always name both sides: in a header and as the agents of a status. Without it an answer has a
   * header when its question had one, and names no agents.
   */
  peer?(sender: ParticipantBody | undefined): Agent;
  /** A payment that is still being worked on: HTTP status, and the ISO status when it is the same for all of them. */
  readonly open: { readonly http: 200 | 202; readonly status?: IsoStatus };
  readonly contentType: string;
  /** How many decimals amounts of our answers have; by default `as_paid`. */
  readonly amounts?: AmountDecimals;
  /** What makes a pacs.008 the same as another. */
  key(payment: CustomerPayment): Omit<RequestKey, 'sender'>;
  instruct(
    asked: IsoInstructed,
    found: Found,
    stamp: Stamp,
  ): { readonly kind: 'ok'; readonly instruction: Instruction } | Refusal;
  /** A pacs.004 asks for a refund; without it one is evidence about what we sent. */
  readonly returns?: {
    /** What makes one the same as another. */
    key(message: Return): Omit<RequestKey, 'sender'>;
    instruct(
      asked: IsoReturned,
      found: Found,
      stamp: Stamp,
    ): { readonly kind: 'ok'; readonly instruction: Instruction } | Refusal;
  };
  /** Which payment a pacs.028 asks about. Another one's answer is no answer. */
  isAbout(question: StatusRequest, taken: Taken<N>): boolean;
  /** By which keys it is looked for. */
  about(question: StatusRequest): {
    readonly uetr?: string;
    readonly messageId?: string;
    readonly endToEndId?: string;
  };
  /** The reference of a payment (AcctSvcrRef). */
  reference(taken: Taken<N>): string | undefined;
  /** Additional information of a status, of any length: a code of the registry, and each finding in words. */
  texts(reason: string | undefined, words: readonly string[]): readonly string[];
  /** Fields of the answer to a pacs.028 about no payment of the asker's. */
  unknown(question: StatusRequest): {
    readonly originalMessageId?: string;
    readonly originalMessageName?: string;
    readonly reasonText?: readonly string[];
  };
  /** Fields of the admi.002 for what could not be read. */
  rejection(unreadable: Unreadable): Omit<Rejection, 'kind' | 'rejectedAt'>;
}
