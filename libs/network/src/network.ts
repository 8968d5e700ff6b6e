import type { z } from 'zod';
import type { LegCommand, LegKind, PartnerTerms, Reason } from '@tonle/contracts';
import type { ParticipantBody } from '@tonle/directory';
import type { QrRead } from '@tonle/emvqr';
import type { AmountJson } from '@tonle/money';
import type { WireReply } from './exchange.js';
import type { NetworkFiles } from './files/network-files.js';
import type { Inbound } from './inbound.js';
import type { KeyExchange } from './key-exchange.js';
import type {
  LegAnswer,
  LegRefusal,
  LegTerms,
  OpenLeg,
  Parties,
  PreparedLeg,
  StatementDay,
  StatementPage,
  StatementRequest,
} from './leg.js';
import type { PaymentCodes } from './payment-codes/payment-code.js';
import type { Recalls } from './recalls/recalls.js';
import type { Wire } from './wire.js';

// A network is a value: settings, wires put together from the parts of this library, and pure functions. Whatever has
// a clock, a socket, a timer, a table or a random number is the engine's: time arrives as an argument (epoch ms), ids
// are derived from ours, so that the same question asked twice has the same bytes.

/** One network as the engine runs it. What it does not have it leaves out. */
export interface Network<Settings> {
  /** Short name in metrics, budget and evidence, e.g. `bakong`; its service is `adapter-<id>`. */
  readonly id: string;
  /** Reads the settings of the environment, TONLE_...; refuses those of a wrong form. */
  readonly settings: z.ZodType<Settings>;
  /** How the network is reached, by the names that requests use. */
  wires(settings: Settings): Readonly<Record<string, Wire>>;
  /** Moves money on command. */
  rail?(settings: Settings): Rail;
  /** Knows who stands behind a code or an account. */
  payees?(settings: Settings): Payees;
  /** Issues codes for our payers to show; merchants draw on them by `inbound` routes of kind `drawings`. */
  codes?(settings: Settings): PaymentCodes;
  /** Tells what it has booked. */
  statement?(settings: Settings): StatementSource;
  /** Lays files down for us: its statements are made of them, in place of `statement`. */
  files?(settings: Settings): NetworkFiles;
  /** Is asked to give payments back by message; absent: people ask it. */
  recalls?(settings: Settings): Recalls;
  /** Tells its keys by message, and is told ours. */
  keyExchange?(settings: Settings): KeyExchange;
  /** Calls us: payments that come in, questions about them, call-backs about legs. */
  inbound?(settings: Settings): Inbound;
}

/** One question to the network, as data. The wire adds transport, credentials and signatures. */
export interface WireRequest {
  /** Name of the wire that carries it. */
  readonly wire: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** With the query. */
  readonly path: string;
  readonly contentType?: string;
  /** Headers of the protocol beside the content type, in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Named values beside the body, for parts whose protocol has a place for them: SOAP parameters, form fields. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The message or operation, e.g. `pacs.008`: evidence is filed under it, and answers are read by it. */
  readonly operation: string;
  /**
   * It is answered with 202, and by a call-back to a route of kind `answers` under this key: the reply is what that says. The
   * wait for both is one.
   */
  readonly answeredAt?: string;
  /** Longest wait for the answer; the corridor's timer governs a send. Default ANSWER_MS. */
  readonly timeoutMs?: number;
  /** A longer answer is garbage. Default ANSWER_BYTES_MAX. */
  readonly maxBytes?: number;
}

/** A leg that an answer is about. */
export interface AskedLeg {
  readonly command: LegCommand;
  readonly parties: Parties;
  /** Our reference as the network knows it. */
  readonly externalRef: string;
  /** The network's, when it has named one before. */
  readonly partnerRef?: string;
  /** What was agreed before it was sent, where the rail agrees on terms; without them nothing of it was sent. */
  readonly terms?: LegTerms;
}

/** An open leg when it is asked about. */
export type EnquiredLeg = OpenLeg & AskedLeg;

/** Moves money. Every function is pure; `read` is total. */
export interface Rail {
  /** Legs that this network carries; another one is refused before anything is written. */
  readonly legs: readonly LegKind[];
  /**
   * True when the network refuses what arrives late, so that its not-found may end a leg (domain 6.7 a). When false a
   * not-found only leads to the same bytes being sent again while there is time: the network must know them by their
   * reference.
   */
  readonly notFoundIsFinal: boolean;
  /** Legs that the network takes however late they arrive, where the others' not-found is final. */
  takesLate?(command: LegCommand): boolean;
  /**
   * True when the network knows a repeat by its reference and says so. One that is refused for another reason, while the
   * reference is not known after it, then proves that neither sending was booked.
   */
  readonly refusesRepeats: boolean;
  /** True: a credit leg whose command says `refundOf` gives money back to a payer there. Otherwise such a leg is refused. */
  readonly refunds?: true;
  /** True: the network cancels by our reference (`AskedRefund.callsOff`). What was called off before it was sent is not sent. */
  readonly callsOff?: true;
  /** Longest wait for the answer to a send, ms; the corridor's timer may be shorter. */
  readonly sendMs: number;
  /** Longest time that the follow-ups of one send take, ms. */
  readonly followUpMs?: number;
  /** What is agreed with the network before a leg is sent. */
  readonly terms?: TermsQuestion;
  /** Questions that are asked for many legs at once, by name. */
  readonly bulk?: Readonly<Record<string, BulkQuestion>>;
  /** The bytes of a leg: everything in them comes from the command, so that every attempt has the same (I11). */
  prepare(command: LegCommand, parties: Parties): PreparedLeg | LegRefusal;
  send(leg: PreparedLeg): WireRequest;
  /** The question about an open leg; an answer when none can be asked. `at` is now, epoch ms. */
  enquire(leg: EnquiredLeg, at: number): Question | LegAnswer;
  /**
   * What a reply means for the leg. `asked` is the operation that was asked. What it does not know is ambiguous, never
   * a guess; a code of the network that its tables do not have is named as `unmapped`, and counted.
   */
  read(reply: WireReply, leg: AskedLeg, asked: string): LegAnswer | FollowUp;
}

/**
 * A question before the money. What is agreed is kept before the first byte of the leg, and is the same for every attempt; its
 * bytes are those of `prepare` and of this. While there is no agreement nothing was sent.
 */
export interface TermsQuestion {
  /** Longest wait for each answer, ms. */
  readonly askMs: number;
  ask(leg: PreparedLeg): WireRequest;
  /**
   * Total. Silence, and what it does not know, is *not sent*; a refusal is final. What one answer does not tell is asked again,
   * twice at most: `earlier` are the answers before this one.
   */
  read(
    reply: WireReply,
    leg: AskedLeg,
    earlier: readonly WireReply[],
  ): AgreedTerms | WireRequest | Extract<LegAnswer, { kind: 'rejected' | 'not_sent' }>;
}

export interface AgreedTerms {
  readonly kind: 'agreed';
  readonly terms: LegTerms;
}

/** Asked alone by a request, or together with others under the name of a bulk question. */
export type Question = WireRequest | KeyedQuestion;

export interface KeyedQuestion {
  /** A name of `Rail.bulk`. */
  readonly bulk: string;
  /** What is asked for, e.g. a ledger hash. */
  readonly key: string;
}

/** One request for many keys. */
export interface BulkQuestion {
  readonly keysMax: number;
  ask(keys: readonly string[]): WireRequest;
  /** What the reply says of each key, in order: what it then means for the leg that asked. Total, like `Rail.read`. */
  read(reply: WireReply, keys: readonly string[]): readonly ((leg: AskedLeg) => LegAnswer)[];
}

/**
 * The reply alone is not enough: asked again before the answer counts, e.g. whether a booked transfer has come into
 * the ledger, or a cancellation before a payment is held for failed.
 */
export interface FollowUp {
  readonly kind: 'follow_up';
  readonly question: Question;
  /** The reference of the network that is known by now. */
  readonly partnerRef?: string;
  /** Waits before each asking, ms: it is asked again while the answer is `not_found`. */
  readonly waitsMs: readonly number[];
  /** What counts when the last answer is `not_found`, `not_sent` or `ambiguous`. */
  readonly meanwhile: LegAnswer;
}

/** Whose name and account are wanted. */
export interface WantedPayee {
  readonly lookupId: string;
  /** A code that could be read, of a scheme that is served, not expired. */
  readonly code?: QrRead;
  /** Else an account or proxy as the payer wrote it. */
  readonly account?: string;
  readonly accountType?: string;
  /** Currencies that this side of the corridor is paid in, the usual one first. */
  readonly currencies: readonly string[];
  /** The participant that stands for this network. */
  readonly network?: ParticipantBody;
  /** Now, epoch ms. */
  readonly at: number;
}

/** Finds payees. The engine knows corridors, codes that are not to be paid, agents, validity, retries. */
export interface Payees {
  /** The question to the network, or what is known without one. */
  ask(wanted: WantedPayee): PayeeQuestion | FoundPayee | PayeeRefusal;
  /**
   * Total: silence is the refusal `partner_silent`. What one answer does not tell is asked again, twice at most: `earlier`
   * are the answers before this one.
   */
  read(
    reply: WireReply,
    wanted: WantedPayee,
    earlier?: readonly WireReply[],
  ): FoundPayee | PayeeRefusal | PayeeQuestion;
}

export interface PayeeQuestion {
  readonly kind: 'ask';
  readonly request: WireRequest;
  /**
   * Domain of the payee's account on this rail: the bank that has it in the directory is the payee's agent, and an
   * unknown one is refused before anybody is asked. Without it the network itself is the agent.
   */
  readonly railDomain?: string;
}

export interface FoundPayee {
  readonly kind: 'found';
  readonly name: string;
  /** Name as it may be shown to the payer, when it differs. */
  readonly displayName?: string;
  readonly account: string;
  readonly accountType: string;
  readonly currency: string;
  /** Fixed by the code, when it carries one. */
  readonly amount?: AmountJson;
  /** Epoch ms. */
  readonly codeExpiresMs?: number;
  readonly remittance?: string;
  /** What the network says of the money beside what we settle: the payee's own amount, its quote. */
  readonly partnerTerms?: PartnerTerms;
}

export interface PayeeRefusal {
  readonly kind: 'refused';
  readonly reason: Reason;
  readonly detail?: string;
  /** A code of the network that its tables do not have: it is counted, and nobody is told. */
  readonly unmapped?: string;
}

/** The listing of a business day. The engine keeps the evidence and joins the lines with our legs. */
export type StatementSource =
  /** The network gives it by page. `read` throws when the page cannot be read: no partial truth. */
  | (StatementDays & {
      readonly kind: 'paged';
      readonly pageMax: number;
      ask(request: StatementRequest): WireRequest;
      read(reply: WireReply, request: StatementRequest): StatementPage;
    })
  /** The network gives the whole day at once; the engine pages it. `read` throws when it cannot be read. */
  | (StatementDays & {
      readonly kind: 'whole';
      ask(day: string): WireRequest;
      read(reply: WireReply, day: string): StatementDay;
    })
  /** The network sends it by itself, to a route of kind `statements`. `read` throws while a part is missing. */
  | (StatementDays & {
      readonly kind: 'sent';
      /** Of that route. */
      readonly operation: string;
      /** All parts that came of the day, as they came. */
      read(parts: readonly Uint8Array[], day: string): StatementDay;
    });

interface StatementDays {
  /** Where its days begin: the network's time is ahead of UTC by this. */
  readonly utcOffsetMinutes: number;
}
