// What an FX provider holds and earns through the switch (domain 7.3): by corridor and currency pair, priced in the home side's
// currency. The provider bears the market risk; the scheme shows it.

/** Whose position, of what. */
export interface PositionName {
  readonly provider: string;
  readonly corridor: string;
  /** Currency of the partner's side: the one that is bought and sold. */
  readonly base: string;
  /** Currency of the home side: the one that it is priced in. */
  readonly counter: string;
}

/** What a position is at the end of a day. Amounts are minor units; signed. */
export interface PositionState {
  /** Base bought and not sold or settled yet; below zero, what the provider still owes. */
  readonly quantityMinor: bigint;
  /** What the quantity has cost, in counter currency, of the quantity's sign. */
  readonly costMinor: bigint;
  /** All that was earned so far: spread, residual and realised. */
  readonly earnedMinor: bigint;
  /** What the quantity is worth above its cost, at the last reference rate. */
  readonly unrealisedMinor: bigint;
}

/** What moved a position on one day. */
export interface PositionFlows {
  /** Base that payers abroad gave the provider, and what it paid for it. */
  readonly boughtMinor: bigint;
  readonly boughtForMinor: bigint;
  /** Base that it gave payees abroad, and what it got for it. */
  readonly soldMinor: bigint;
  readonly soldForMinor: bigint;
  /** Part of these that rounding brought: always in the provider's favour (domain 6.8). */
  readonly residualMinor: bigint;
  /** Base that windows settled on this day: what the provider paid in less what it was paid. */
  readonly settledMinor: bigint;
}

/** What moved a position on a day that something moved it. */
export interface DayFlows extends PositionName {
  readonly day: string;
  readonly flows: PositionFlows;
}

/** A position at the end of a closed day. */
export interface KeptPosition extends PositionName {
  readonly state: PositionState;
}

/** The price of base in counter currency, as one of the two directions of a pair. */
export interface ReferenceRate {
  readonly sourceCurrency: string;
  readonly targetCurrency: string;
  /** Units of the target for one of the source. */
  readonly rate: string;
  /** Who said so, and on which day. */
  readonly source: string;
  readonly day: string;
}

/** One day of one position. It ties: opening result + spread + residual + realised + unrealised change = closing result. */
export interface PositionDay extends PositionName, PositionFlows {
  readonly day: string;
  readonly opening: PositionState;
  readonly closing: PositionState;
  readonly spreadMinor: bigint;
  readonly realisedMinor: bigint;
  readonly unrealisedChangeMinor: bigint;
  /** Absent without any: then nothing is valued, and trades stand at their own price. */
  readonly market?: ReferenceRate;
}

export const NO_POSITION: PositionState = {
  quantityMinor: 0n,
  costMinor: 0n,
  earnedMinor: 0n,
  unrealisedMinor: 0n,
};

export const NO_FLOWS: PositionFlows = {
  boughtMinor: 0n,
  boughtForMinor: 0n,
  soldMinor: 0n,
  soldForMinor: 0n,
  residualMinor: 0n,
  settledMinor: 0n,
};
