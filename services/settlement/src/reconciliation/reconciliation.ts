import type { BreakType, LegKind, PaymentState, StatementLine, StatementProof } from '@tonle/contracts';

/** A leg that we hold to have been accepted by a partner, and that its statement must show. */
export interface ExpectedItem {
  readonly paymentId: string;
  readonly state: PaymentState;
  readonly leg: LegKind;
  readonly uetr: string;
  readonly partnerRef: string | null;
  readonly amountMinor: bigint;
  /** The other side of its conversion. */
  readonly counterCurrency: string;
  readonly counterMinor: bigint;
  /** True when the partner must show it; false for a payment that ended without moving money there. */
  readonly booked: boolean;
  readonly endedAt: Date;
}

/** A line of the partner's statement, as the adapter canonised it. */
export interface StatementItem {
  readonly lineId: string;
  readonly uetr: string | null;
  readonly partnerRef: string | null;
  /** Our leg, when the network names it. */
  readonly legKey: string | null;
  /** Direction, when the network tells it; `reversal` is money that came back. */
  readonly leg: LegKind | null;
  readonly amountMinor: bigint;
  readonly status: StatementLine['status'];
  readonly bookedAt: Date;
  /** Local day of the statement that showed it. */
  readonly day: string;
  /** The other side of the conversion, where the network tells it. */
  readonly counterCurrency: string | null;
  readonly counterMinor: bigint | null;
  /** What the network takes for it, in the currency of the line. */
  readonly feeMinor: bigint | null;
  /** What it gives back, by the network's name of it. */
  readonly refundOf: string | null;
}

export interface FoundBreak {
  readonly type: BreakType;
  readonly key: string;
  readonly paymentId?: string;
  readonly ourMinor?: bigint;
  readonly theirMinor?: bigint;
  readonly detail: string;
  /** A statement that is not here yet decides. */
  readonly waits?: boolean;
}

export interface JudgedBreak extends FoundBreak {
  /** Of the day itself; others were judged because of an open break. */
  readonly isOfDay: boolean;
}

/** ours = matched + waiting + those that breaks are about. */
export interface MatchResult {
  /** Our items that the statement of the day has to show, or shows. */
  readonly ours: number;
  readonly matched: number;
  /** Of ours: too young to say anything about, or only pending there. */
  readonly waiting: number;
  /** Lines whose payment has not ended here, or that are too young. */
  readonly open: number;
  readonly breaks: readonly JudgedBreak[];
  /** What lines of the day say of payments that have not ended here. */
  readonly proofs: readonly StatementProof[];
  /** Keys that were judged: what is not among the breaks under them is right now. */
  readonly judged: readonly string[];
  /** Items of the day that agree. */
  readonly agreed: readonly AgreedItem[];
}

/** An item of ours and, where the partner booked it, the line that shows it. */
export interface AgreedItem {
  readonly key: string;
  readonly item: ExpectedItem;
  readonly line: StatementItem | undefined;
  /** One of ours, one of theirs, and nothing differs: pass 1, whoever found it. */
  readonly isExact: boolean;
}

/** How a partner's lines are keyed: the rail's own reference, or the UETR. */
export type StrongKey = 'partnerRef' | 'uetr';
