import type {
  InboundOutcome,
  LegCommand,
  LegOutcome,
  PartnerTerms,
  RefundFault,
  Refusal,
} from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import type {
  InboundQuote,
  MessageDialect,
  PricedRefund,
  RawMessage,
  Reply,
  ResolvedCode,
  StoredRequest,
} from '@tonle/door';
import type { AmountJson } from '@tonle/money';
import type { WireReply } from './exchange.js';
import type { LegAnswer } from './leg.js';
import type { InboundListener } from './listener.js';
import type { AskedLeg, WireRequest } from './network.js';
import type { StandingDrawing } from './payment-codes/drawn-payments.js';
import type { Drawing } from './payment-codes/payment-code.js';
import type { InboundRecallAnswers, InboundRecalls } from './recalls/recalls.js';

/** How a network calls us: where it finds us, and what each path takes. */
export interface Inbound {
  readonly listener: InboundListener;
  readonly routes: Readonly<Record<string, InboundRoute>>;
  /** How it is told what no route has an answer for: a wrong signature, an unknown path; absent: a problem document. */
  refusal?(refusal: Refusal): Reply;
  /** Is told by us how its payments end. */
  readonly notice?: InboundNotice;
  /** Its questions get a receipt, and their answers by requests of ours (record 26). */
  readonly callsBack?: InboundCallBacks;
}

/** What one route takes: a path for POST, or a method and a path, as `PUT /transfers/:id`. All functions are pure. */
export type InboundRoute =
  | InboundMessages
  | InboundCodes
  | InboundLegs
  | InboundDrawings
  | InboundAnswers
  | InboundStatements
  | InboundRecalls
  | InboundRecallAnswers;

/** How answers are told to a network that does not wait for them. A payment's end is told by `notice`. */
export interface InboundCallBacks {
  /** Waits before each telling, ms; after the last it is left to the network to ask again. */
  readonly waitsMs: readonly number[];
  /** What is told in place of a receipt, of a message that nothing can be answered to: it cannot be read. */
  refusal(route: string, message: RawMessage): Reply | undefined;
  /** Under which the answer is kept, so that the same question has it again; undefined: it is made each time. */
  keptAs?(route: string, message: RawMessage): KeptAnswer | undefined;
  /**
   * True of an answer that a call-back would say of the first message under the same id: it takes the place of the receipt. Its
   * message was not taken.
   */
  isAboutAnother?(reply: Reply): boolean;
  /** Tells what the route had to answer to a message; undefined: there is nothing to tell yet. */
  write(reply: Reply, route: string, message: RawMessage): WireRequest | undefined;
  /** What evidence of that is filed under. */
  subjectOf(route: string, message: RawMessage): string;
  /** Has it been taken? Total. */
  isTaken(reply: WireReply): boolean;
}

/** An answer that is given once. */
export interface KeptAnswer {
  readonly name: string;
  /** Of what is asked; absent: it is asked for the answer that was given. */
  readonly contentHash?: Buffer;
}

/** Answers to what we asked (`WireRequest.answeredAt`), by call-back. Each gets its receipt. */
export interface InboundAnswers {
  readonly kind: 'answers';
  /** Name for evidence. */
  readonly operation: string;
  /** The key that the question named; undefined: it cannot be read. */
  keyOf(message: RawMessage): string | undefined;
  /** It may be about a leg, whoever has asked: what is definite counts. `read` is total. */
  readonly leg?: {
    externalRefOf(message: RawMessage): string | undefined;
    read(message: RawMessage, leg: AskedLeg): LegAnswer;
  };
}

/** Payments, questions about them and call-backs, in the network's dialect. */
export interface InboundMessages<Asked = unknown> {
  readonly kind: 'messages';
  readonly dialect: MessageDialect<Asked, InboundFound, InboundOutcome>;
  /** Names of the message and, where it differs, of its answer, for evidence. */
  readonly operation: string;
  readonly answeredBy?: string;
  /** What evidence of a message is filed under. */
  subjectOf(asked: Asked): string;
  /** The quote that an instruction names; absent: none does. */
  quoteIdOf?(asked: Asked): string | undefined;
  /** The code that an instruction pays, when it names no quote: the payee is found and the price made as it comes. */
  scannedOf?(asked: Asked): ScannedPayment;
  /** What an instruction gives back of a leg that we sent: it is a refund of that leg's payment. */
  refundOf?(asked: Asked): AskedRefund | undefined;
  /** An instruction is a hint until this has been asked; its dialect then reads no instruction that is refused already. */
  readonly confirmation?: Confirmation<Asked>;
  /** The leg that a call-back is about; undefined when it names none of ours. Absent with `readLeg`: there are no call-backs. */
  legKeyOf?(asked: Asked): string | undefined;
  /** What a call-back says of its leg. Total. */
  readLeg?(asked: Asked, command: LegCommand): LegAnswer;
  /** How a question is answered when no message of its id has come: it may be about what we sent, or what was drawn on a code. */
  readonly elsewhere?: InboundLegs;
}

/**
 * Of a network whose message only hints at a payment, and comes again until it is answered well (where it does not, `Hints` looks
 * at it again): what counts is the answer to our question, and whoever was charged and cannot be paid for has the money back before the
 * message is answered well.
 */
export interface Confirmation<Asked> {
  ask(asked: Asked): WireRequest;
  /** Total. What is open is asked about when the message comes again. */
  read(
    reply: WireReply,
    asked: Asked,
  ): { readonly kind: 'confirmed' } | Extract<LegAnswer, { kind: 'ambiguous' }>;
  /**
   * Ways to give the money back, each its requests in turn until one says that it is there. The next way is gone only when the last
   * answer of the one before denied it. Whatever is repeated has the same bytes.
   */
  giveBack(asked: Asked, at: number): readonly (readonly WireRequest[])[];
  /** Does an answer to one of these say that it is there? Total. */
  isBack(reply: WireReply, asked: Asked): 'back' | 'not_back' | 'unknown';
}

/** A code with the amount that its payer has agreed to. */
export interface ScannedPayment {
  readonly qrText: string;
  readonly amount: AmountJson;
  /** What the network says of the money beside that. */
  readonly partnerTerms?: PartnerTerms;
}

/** What a network gives back of a payment that we made there. */
export interface AskedRefund {
  /** Our reference of the leg; empty: not told. */
  readonly externalRef: string;
  /** The network's, by which the leg is found where ours is not told or not known. */
  readonly partnerRef?: string;
  /** In the currency of the leg; absent: all that is left of it. */
  readonly amount?: AmountJson;
  /** Whose wish or fault it is, where the network says so. */
  readonly fault?: RefundFault;
  /**
   * It is a cancellation: what comes later to draw on a payer's code under a reference that is not known is refused, and what is
   * to be sent under it is not sent (`Rail.callsOff`).
   */
  readonly callsOff?: true;
}

/** What an instruction of the network names. */
export interface InboundFound {
  readonly corridor: Corridor;
  readonly quote: InboundQuote | undefined;
  /** Where the instruction is a refund: the payment that it gives back, and the price; without `refusal` it is there. */
  readonly refund?: PricedRefund;
  /** Why there is no quote, where one was to be made. */
  readonly refusal?: Refusal;
}

/** Questions about our codes: who is paid, and at what price. */
export interface InboundCodes {
  readonly kind: 'codes';
  /** Name for evidence. */
  readonly operation: string;
  read(message: RawMessage): AskedCode | Refusal;
  /** True: who is paid, without a price. What is answered then follows from the code alone, however often it is asked. */
  readonly unpriced?: true;
  write(found: ResolvedCode, message: RawMessage): Reply;
  /** What the network is told when there is no payee or price; without it a problem document. */
  refuse?(refusal: Refusal, message: RawMessage): Reply;
}

/** Questions about what we sent to the network, by our reference. */
export interface InboundLegs {
  readonly kind: 'legs';
  /** Name for evidence. */
  readonly operation: string;
  /** `partnerRef` as of a refund. */
  read(
    message: RawMessage,
  ): { readonly kind: 'ok'; readonly externalRef: string; readonly partnerRef?: string } | Refusal;
  /**
   * What the message itself says of the leg: kept before it is answered, and the answer is about the leg as it stands then. Total;
   * undefined: nothing that counts.
   */
  says?(leg: StandingLeg, message: RawMessage): LegAnswer | undefined;
  /** Undefined: nothing was ever sent under this reference. */
  write(leg: StandingLeg | undefined, externalRef: string, message: RawMessage): Reply;
  /** How it is told of what was drawn on a payer's code under this reference; absent: that is asked for elsewhere. */
  writeDrawn?(drawn: StandingDrawing, externalRef: string, message: RawMessage): Reply;
  /** How it is told that its message cannot be read; without it a problem document. */
  refuse?(refusal: Refusal, message: RawMessage): Reply;
}

/** Instructions that draw on codes which payers of ours show. */
export interface InboundDrawings {
  readonly kind: 'drawings';
  /** Name for evidence. */
  readonly operation: string;
  read(message: RawMessage): { readonly kind: 'ok'; readonly drawing: Drawing } | Refusal;
  /** True: it is answered when it was taken, and a message of ours tells its end. Otherwise the answer waits for that. */
  readonly endsLater?: true;
  write(drawn: StandingDrawing, drawing: Drawing, message: RawMessage): Reply;
  /** As of legs. */
  refuse?(refusal: Refusal, message: RawMessage): Reply;
}

/** What the network tells of its days without being asked: kept as it came, and made a statement of when one is asked for. */
export interface InboundStatements {
  readonly kind: 'statements';
  /** Name for evidence; a statement of kind `sent` is made of what has it. */
  readonly operation: string;
  read(message: RawMessage): SentPart | Refusal;
  /** Durable, or known before. */
  write(part: SentPart): Reply;
}

/** A part of what a network tells of a day. */
export interface SentPart {
  readonly kind: 'ok';
  /** Local day of the network, YYYY-MM-DD. */
  readonly day: string;
  /** The network's own: the content that came first under it counts. */
  readonly name: string;
  /** SHA-256 of what it says, hexadecimal; what only signs it makes no difference. */
  readonly digest: string;
  /** Entries that tell of payments. */
  readonly records: number;
}

/** A leg as it stands: without an outcome it is open. */
export interface StandingLeg {
  readonly command: LegCommand;
  readonly outcome?: Extract<LegOutcome, 'accepted' | 'rejected'>;
  readonly reason?: string;
  /** It was told once that this never came there, or operators have found so: its payment may have been given up. */
  readonly isGivenUp?: true;
}

/** How the network is told the end of a payment that it sent us, until it says that it knows. */
export interface InboundNotice {
  /** Waits before each telling, ms; after the last it is left to the network to ask. */
  readonly waitsMs: readonly number[];
  /** Undefined: of this one it is told nothing, since it keeps asking. */
  write(request: StoredRequest<InboundOutcome>): WireRequest | undefined;
  /** Has it been taken? Total. */
  isTaken(reply: WireReply): boolean;
}

/** A code that a payer abroad has scanned, and what its network says of the money. */
interface AskedCode {
  readonly kind: 'ok';
  readonly qrText?: string;
  /** In place of a code: a payee's account of ours. */
  readonly account?: string;
  /** In a currency of either side. */
  readonly amount?: AmountJson;
  /** The payer's own amount, the network's quote: kept with our quote as information. */
  readonly partnerTerms?: PartnerTerms;
}

/** `instruct` of a dialect whose messages are questions and call-backs alone. */
export function paysNothing(): never {
  throw new Error('a message that pays nothing cannot be made an instruction');
}

/** Lets routes of different dialects stand in one table: whoever reads with a route answers with the same. */
export function inboundMessages<Asked>(route: Omit<InboundMessages<Asked>, 'kind'>): InboundRoute {
  return { kind: 'messages', ...route } as InboundMessages;
}
