import type {
  NetworkRecall,
  NetworkRecallEnd,
  NetworkRecallReply,
  RecallAnswer,
  RecallRequest,
  RecallView,
  Refusal,
} from '@tonle/contracts';
import type { ParticipantBody } from '@tonle/directory';
import type { AnswerStamp, PaymentAsked, RawMessage, Reply } from '@tonle/door';
import type { WireReply } from '../exchange.js';
import type { WireRequest } from '../network.js';

/** Recalls as a network of messages speaks them: asked of it, and told to it when it asked. All functions are pure. */
export interface Recalls {
  /** The same bytes however often. Undefined when the network cannot be named any more: people ask it then. */
  ask(recall: NetworkRecall, network: ParticipantBody | undefined): WireRequest | undefined;
  /** Total; `unmapped` is a code that nobody has given a meaning: it is counted, and the recall stays as it is. */
  read(reply: WireReply, recall: NetworkRecall): NetworkRecallReply & { readonly unmapped?: string };
  /** How a recall of the network ended. */
  tell(end: NetworkRecallEnd, network: ParticipantBody | undefined): WireRequest | undefined;
  /** Has it been taken? Total. */
  isTold(reply: WireReply): boolean;
}

/** What a network asks to be given back of the payments that it sent us. */
export interface InboundRecalls {
  readonly kind: 'recalls';
  /** Names of the message and of its answer, for evidence. */
  readonly operation: string;
  readonly answeredBy: string;
  /** `instead` is the answer to what cannot be read. */
  read(
    message: RawMessage,
    stamp: AnswerStamp,
  ):
    | {
        readonly kind: 'ok';
        readonly about: PaymentAsked;
        readonly request: Omit<RecallRequest, 'recallId' | 'paymentId' | 'asker'>;
      }
    | { readonly kind: 'unreadable'; readonly instead: Reply };
  write(answer: RecallView | Refusal, message: RawMessage, stamp: AnswerStamp): Reply;
}

/** What a network answers to our recalls, by call-back. */
export interface InboundRecallAnswers {
  readonly kind: 'recall_answers';
  readonly operation: string;
  /** Without an answer: its status is none that is known. */
  read(
    message: RawMessage,
    stamp: AnswerStamp,
  ):
    | {
        readonly kind: 'ok';
        readonly recallId: string | undefined;
        /** Of the payment, where it says so. */
        readonly uetr: string | undefined;
        readonly answer: RecallAnswer | undefined;
        /** What it calls the status. */
        readonly said: string;
      }
    | { readonly kind: 'unreadable'; readonly instead: Reply };
}
