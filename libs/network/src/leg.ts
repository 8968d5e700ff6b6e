import type {
  ClearingCycle,
  DifferingFile,
  LegCommand,
  LegOutcome,
  PartnerTerms,
  StatementBatch,
  StatementHead,
  StatementLine,
} from '@tonle/contracts';
import type { ParticipantBody } from '@tonle/directory';
import type { Evidence } from '@tonle/door';
import type { AmountJson } from '@tonle/money';

export type { Evidence } from '@tonle/door';

/** Institutions of a leg as the directory had them when the leg was first made ready; undefined: not in it. */
export interface Parties {
  readonly debtorAgent?: ParticipantBody;
  readonly creditorAgent?: ParticipantBody;
  readonly fxProvider?: ParticipantBody;
}

/** A command made ready for one partner: the same command gives the same bytes, however often (I11). */
export interface PreparedLeg {
  readonly command: LegCommand;
  /** What is sent, without transport and credentials. */
  readonly bytes: Uint8Array;
  /** Our reference as the partner will know it; unique per leg. */
  readonly externalRef: string;
  /** What was agreed before it is sent, where the rail agrees on terms. */
  readonly terms?: LegTerms;
}

/** What was agreed with the network before a leg: texts by name, as the network gave them. */
export type LegTerms = Readonly<Record<string, string>>;

/** This leg cannot even be written: definite, nothing was sent. `reason` is an ISO external status reason. */
export interface LegRefusal {
  readonly kind: 'refused';
  readonly reason: string;
  readonly reasonText: string;
}

/**
 * What one exchange with the network says about a leg (domain 6.6). `unmapped` names a code of the network that its
 * tables do not have: it is counted and logged, so that somebody adds it. Of free text it says where that stood, never
 * what it says.
 */
export type LegAnswer =
  | {
      readonly kind: 'accepted';
      readonly partnerRef: string;
      /** What was moved, in the currency of the leg. */
      readonly amount?: AmountJson;
      /** What else the network says of the money: discount, fee, the amounts in other currencies. */
      readonly partnerTerms?: PartnerTerms;
    }
  | {
      readonly kind: 'rejected';
      readonly reason: string;
      readonly reasonText?: string;
      readonly partnerRef?: string;
      readonly unmapped?: string;
    }
  | {
      readonly kind: 'blocked';
      readonly partnerRef?: string;
      readonly reason?: string;
      readonly reasonText?: string;
    }
  | {
      readonly kind: 'conflicting';
      readonly reasonText: string;
      readonly partnerRef?: string;
      /** What the partner booked, when it says so. */
      readonly amount?: AmountJson;
    }
  /** Only with proof that the partner got nothing. */
  | { readonly kind: 'not_sent'; readonly because: string }
  /**
   * Answer to an enquiry; believed under domain 6.7 only. `noStatementHasIt`: nor does a complete statement of the days
   * on which it could have been booked. `absent`: all statements lack it that the network's contract names.
   */
  | { readonly kind: 'not_found'; readonly noStatementHasIt?: boolean; readonly absent?: boolean }
  | { readonly kind: 'in_progress'; readonly partnerRef?: string }
  | {
      readonly kind: 'ambiguous';
      readonly because: string;
      readonly partnerRef?: string;
      readonly unmapped?: string;
    };

export interface AnswerWithEvidence {
  readonly answer: LegAnswer;
  readonly evidence: readonly Evidence[];
}

/** A leg whose outcome is open, as the enquiry job takes it. */
export interface OpenLeg {
  readonly legKey: string;
  readonly attempt: number;
  readonly command: LegCommand;
  readonly externalRef: string;
  /** SHA-256 of the bytes that its intent stands for. */
  readonly bytesHash: string;
  /** As its bytes name them; undefined for an intent of an earlier version. */
  readonly parties?: Parties;
  /** What was agreed before it was sent. */
  readonly terms?: LegTerms;
  /** Epoch ms. */
  readonly intentMs: number;
  /** From an earlier answer, e.g. the ledger hash of an unconfirmed transfer: the partner has named it. */
  readonly partnerRef?: string;
  /** The network has contradicted itself about it: it is asked, never sent again. */
  readonly contradicted?: boolean;
  /** Enquiries made, this one included. */
  readonly enquiries: number;
  /** Consecutive not-founds that count under domain 6.7. */
  readonly notFounds: number;
  /** Epoch ms of the last counted not-found. */
  readonly lastNotFoundMs?: number;
  /** The trace of a sampled payment. */
  readonly traceparent?: string;
}

export interface StatementRequest {
  /** Local business day of the partner, YYYY-MM-DD. */
  readonly day: string;
  readonly currency: string;
  readonly cursor?: string;
  readonly pageMax: number;
  /** Hashes of contents of files that two operators agreed to. */
  readonly agreed?: readonly string[];
}

export interface StatementPage {
  readonly lines: StatementLine[];
  readonly nextCursor?: string;
  readonly totals?: { readonly count: number; readonly amountMinor: string };
  readonly heads?: StatementHead[];
  readonly cycles?: ClearingCycle[];
  readonly batches?: StatementBatch[];
  readonly differing?: DifferingFile[];
}

/** Cycles and batches of a day, each with its currency. */
export interface SettledDay {
  readonly cycles: readonly (ClearingCycle & { readonly currency: string })[];
  readonly batches: readonly (StatementBatch & { readonly currency: string })[];
}

/** What a network that gives the whole day says of it. */
export interface StatementDay {
  readonly lines: readonly StatementLine[];
  /** The statements that the lines are from, each with its currency. */
  readonly heads: readonly (StatementHead & { readonly currency: string })[];
  /** What its lines come to by clearing cycles, and what is settled together; absent where the network does not tell it. */
  readonly settled?: SettledDay;
  /** What came of it with other content than what counts. */
  readonly differing?: readonly DifferingFile[];
}

/** Carries legs to the network and asks about them: what the handler of commands and the enquiry job need of it. */
export interface LegCarrier {
  /** Name in metrics, budget and breaker. */
  readonly network: string;
  /** Longer than this no `send` takes, whatever the network does. */
  readonly sendMsMax: number;
  /** See `Rail.notFoundIsFinal`, `Rail.takesLate`. */
  notFoundIsFinal(command: LegCommand): boolean;
  /** See `Rail.refusesRepeats`. */
  readonly refusesRepeats: boolean;
  /** See `Rail.callsOff`. */
  readonly callsOff?: boolean;
  /** Institutions of a command as the directory has them now. */
  partiesOf(command: LegCommand): Parties;
  /** Pure. */
  prepare(command: LegCommand, parties: Parties): PreparedLeg | LegRefusal;
  /** Asks for what is to be agreed before a leg is sent; absent: nothing is. */
  agree?(leg: PreparedLeg, parties: Parties): Promise<Agreement>;
  /** Sends once and reads the answer. `mayStart` is asked just before the first byte. */
  send(leg: PreparedLeg, parties: Parties, mayStart: () => boolean): Promise<AnswerWithEvidence>;
  /** One answer per leg, in order. */
  enquire(legs: readonly OpenLeg[]): Promise<AnswerWithEvidence[]>;
}

/** Terms that were agreed, or what becomes of the leg without. */
export type Agreement =
  | { readonly kind: 'agreed'; readonly terms: LegTerms; readonly evidence: readonly Evidence[] }
  | (AnswerWithEvidence & { readonly kind: 'none' });

/** What is told to routing about a leg; one row of `leg_answer` each. */
export interface LegReport {
  readonly legKey: string;
  readonly paymentId: string;
  readonly leg: LegCommand['leg'];
  readonly attempt: number;
  readonly outcome: LegOutcome;
  readonly partnerRef?: string;
  readonly reason?: string;
  readonly reasonText?: string;
  readonly amount?: AmountJson;
  readonly partnerTerms?: PartnerTerms;
  /** Epoch ms. */
  readonly at: number;
}

/** The amount by which one contradiction differs from the others of its attempt; empty where none was told. */
export function toldBy({ outcome, amount }: LegReport): string {
  return outcome !== 'conflicting' || amount === undefined
    ? ''
    : `${amount.currency} ${BigInt(amount.minor)}`;
}

/** Names a report, as the insert of its store does: a contradiction is one of its own for each amount that it tells. */
export function reportKey(report: LegReport): string {
  const { legKey, attempt, outcome } = report;
  const told = toldBy(report);
  return [legKey, attempt, outcome, ...(told === '' ? [] : [told])].join(':');
}

/** A leg about to be sent: durable before its first byte (domain 6.1). */
export interface LegIntent {
  readonly command: LegCommand;
  readonly externalRef: string;
  /** SHA-256 of the bytes, hexadecimal; the same for every attempt (I11). */
  readonly bytesHash: string;
  /** Epoch ms. */
  readonly intentMs: number;
  /** What its bytes were made of, so that later attempts have the same. */
  readonly parties?: Parties;
  /** No slot is free: it is marked as not sent, until it is claimed (`LegStore.claimWaiting`). */
  readonly waits?: boolean;
  /** Kept when the payment is sampled: enquiries, later and elsewhere, join its trace. */
  readonly traceparent?: string;
}

/** What the tables know of a leg key, over all its attempts. */
export interface KnownLeg {
  readonly legKey: string;
  readonly attempts: readonly {
    readonly attempt: number;
    readonly bytesHash: string;
    readonly intentMs: number;
  }[];
  readonly answers: readonly LegReport[];
}
