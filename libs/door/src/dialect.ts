import type { Reason, Refusal } from '@tonle/contracts';
import type { ParticipantBody } from '@tonle/directory';
import type { Taken } from './door.js';
import type { Instruction } from './instruction.js';
import type { RequestKey } from './intake.decide.js';
import type { PaymentNews } from './payment-news.js';

/** What came in, before anybody has read it. */
export interface RawMessage {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Where it came to, where parts of the path say what it is about. */
  readonly path?: string;
}

/** What a door adds to an instruction: ids and time. */
export interface Stamp {
  readonly paymentId: string;
  /** Used when the caller gave none. */
  readonly uetr: string;
  readonly nowMs: number;
  /** Who is told of the end. */
  readonly service: string;
  readonly instance: string;
  readonly traceparent?: string;
}

/** What a door adds to an answer. */
export interface AnswerStamp {
  readonly messageId: string;
  readonly nowMs: number;
  /** Who asked, where answers name it. */
  readonly sender?: ParticipantBody;
}

/** What a question is about: the keys that the asker gave, the strongest first. */
export interface PaymentAsked {
  readonly uetr?: string;
  readonly messageId?: string;
  readonly endToEndId?: string;
}

/**
 * What a message is. `asked` is what its dialect needs to go on and to answer; `refusal` why it is not served whatever it
 * asks for, unless it repeats what was taken.
 */
export type Reading<Asked> = (Understood<Asked> & { readonly refusal?: Refusal }) | Unreadable;

type Understood<Asked> =
  /** Pay. `instruct` makes it an instruction when what it names has been looked up; `key` finds the payment it repeats. */
  | { readonly kind: 'instruction'; readonly asked: Asked; readonly key: Omit<RequestKey, 'sender'> }
  /** How does a payment of mine stand? */
  | { readonly kind: 'question'; readonly asked: Asked; readonly about: PaymentAsked }
  /** Who stands behind this account or proxy? */
  | { readonly kind: 'payee_question'; readonly asked: Asked }
  /** Evidence about a payment that we sent. */
  | { readonly kind: 'call_back'; readonly asked: Asked };

/** Nothing that is spoken here. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly reason: Reason;
  /** A message that is one, but not for here. */
  readonly version?: string;
  /** Places and words of the reader, the first fault first. */
  readonly errors: readonly ReadingError[];
  /** The sender's own reference, when one can be made out. */
  readonly reference?: string;
}

export interface ReadingError {
  readonly code: string;
  readonly path: string;
  readonly line: number;
  readonly detail: string;
}

/** What is said to a caller who could be understood. */
export type CallerAnswer<N extends PaymentNews> =
  | Taken<N>
  | Refusal
  /** There is no such payment of the asker's. */
  | { readonly kind: 'unknown' }
  /** A call-back was taken in. */
  | { readonly kind: 'noted' }
  | PayeeFound;

export interface PayeeFound {
  readonly kind: 'payee';
  /** The name as it may be shown. */
  readonly displayName: string;
}

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/**
 * One way of speaking at a door: REST, ISO 20022, the way of a network. All of it is pure; what an instruction names
 * (its quote, its payee) is looked up between `read` and `instruct`. In and Out are what the outermost ring hands over and
 * takes back: bytes and a reply, or for REST a body that its schema has read and one that it will write.
 */
export interface Dialect<Asked, Found, N extends PaymentNews = PaymentNews, In = RawMessage, Out = Reply> {
  readonly name: string;
  read(message: In): Reading<Asked>;
  instruct(
    asked: Asked,
    found: Found,
    stamp: Stamp,
  ): { readonly kind: 'ok'; readonly instruction: Instruction } | Refusal;
  write(answer: CallerAnswer<N>, asked: Asked, stamp: AnswerStamp): Out;
}

/** A dialect whose messages may turn out to be none. */
export interface MessageDialect<Asked, Found, N extends PaymentNews> extends Dialect<Asked, Found, N> {
  writeUnreadable(unreadable: Unreadable, stamp: AnswerStamp): Reply;
}
