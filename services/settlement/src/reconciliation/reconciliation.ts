import type { BreakType, LegKind, PaymentState, StatementLine } from '@tonle/contracts';

/** A leg that we hold to have been accepted by a partner, and that its statement must show. */
export interface ExpectedItem {
  readonly paymentId: string;
  readonly state: PaymentState;
  readonly leg: LegKind;
  readonly uetr: string;
  readonly partnerRef: string | null;
  readonly amountMinor: bigint;
  /** True when the partner must show it; false for a payment that ended without moving money there. */
  readonly booked: boolean;
  readonly endedAt: Date;
}

/** A line of the partner's statement, as the adapter canonised it. */
export interface StatementItem {
  readonly lineId: string;
  readonly uetr: string | null;
  readonly partnerRef: string | null;
  readonly leg: LegKind | null;
  readonly amountMinor: bigint;
  readonly status: StatementLine['status'];
  readonly bookedAt: Date;
  /** Local day of the statement that showed it. */
  readonly day: string;
}

export interface FoundBreak {
  readonly type: BreakType;
  readonly severity: number;
  readonly key: string;
  readonly paymentId?: string;
  readonly ourMinor?: bigint;
  readonly theirMinor?: bigint;
  readonly detail: string;
}

export interface MatchResult {
  readonly matched: number;
  readonly breaks: readonly FoundBreak[];
  /** Lines and payments too young to say anything about. */
  readonly waiting: number;
  /** Keys of our items that were judged: whatever was held missing under them on another day is found. */
  readonly judged: readonly string[];
}

/** Keys of the day that have no counterpart on it or beside it. */
export interface Unpaired {
  readonly items: readonly string[];
  readonly lines: readonly string[];
}

/** How a partner's lines are keyed: the rail's own reference, or the UETR. */
export type StrongKey = 'partnerRef' | 'uetr';
