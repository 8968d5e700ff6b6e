import type { BreakType } from '@tonle/contracts';

/** A difference that settlement finds in its own work with banks: windows, instructions, bank lines, files. */
export interface SettlementDifference {
  readonly type: BreakType;
  /** The network or the bank. */
  readonly partner: string;
  readonly currency: string;
  readonly day: string;
  /** What both sides know it by: one break for each type and key. */
  readonly key: string;
  readonly paymentId?: string;
  readonly ourMinor?: bigint;
  readonly theirMinor?: bigint;
  readonly detail: string;
}

/** Which difference. */
export interface EndedDifference {
  readonly partner: string;
  readonly currency: string;
  readonly key: string;
  readonly type: BreakType;
}
