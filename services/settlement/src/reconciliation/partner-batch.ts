/** What a network settles together, as its newest statement of a day tells it. Amounts are signed: above zero the network pays us. */
export interface PartnerBatch {
  /** Local day of the statement that told it. */
  readonly day: string;
  /** As the network knows us in it. */
  readonly account: string;
  readonly batchId: string;
  readonly agreement: string;
  /** What its payment at the bank names. */
  readonly reference: string | null;
  readonly valueDate: string | null;
  readonly netMinor: bigint;
  readonly cycles: readonly BatchCycle[];
}

/** Payments that are cleared together, and what they come to. */
export interface BatchCycle {
  readonly account: string;
  readonly cycleId: string;
  /** Absent: the network does not tell it. */
  readonly day?: string;
  readonly count: number;
  readonly netMinor: bigint;
}

/** Of a cycle what its payments come to, as the statement of their day told it. */
export interface ToldCycle extends BatchCycle {
  readonly day: string;
}

/** What a bank moved that may be for a batch: a part of a line, or what people have decided of one. Signed as batches are. */
export interface BatchPayment {
  /** Once each. */
  readonly source: string;
  readonly valueDate: string | null;
  readonly minor: bigint;
  /** Days of the network whose net it covers. */
  readonly windowDays: readonly string[];
  /** References of batches that it names. */
  readonly references: readonly string[];
}

/** All that one network and currency has around some days. */
export interface BatchSides {
  readonly batches: readonly PartnerBatch[];
  readonly payments: readonly BatchPayment[];
  /** Of every cycle that a batch names and a statement told. */
  readonly toldCycles: readonly ToldCycle[];
  /** Days whose statement is here. */
  readonly takenDays: ReadonlySet<string>;
  /** Day of a net -> the day on which a bank was told to settle it. */
  readonly instructed: ReadonlyMap<string, string>;
  /** The bank's statements are here up to and with this day; undefined: none is. */
  readonly coveredUpTo: string | undefined;
}

/** What came of a batch at the bank. */
export interface BatchVerdict {
  readonly batch: PartnerBatch;
  readonly key: string;
  /** What of the bank's money is for it. */
  readonly paidMinor: bigint;
  readonly sources: readonly string[];
  /** `waits`: nothing is wrong yet. */
  readonly kind: 'matched' | 'waits' | 'differs';
  /** One batch and one payment, or none of either: pass 1; any other is pass 4. */
  readonly isExact: boolean;
  readonly findings: readonly BatchFinding[];
}

export interface BatchFinding {
  readonly type: 'BATCH_SHORT' | 'BATCH_LATE' | 'FILE_TOTAL' | 'DUPLICATE';
  /** On which it was due; absent: that of the statement. */
  readonly day?: string;
  readonly ourMinor?: bigint;
  readonly theirMinor?: bigint;
  readonly detail: string;
}
