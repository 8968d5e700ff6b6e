// What is held outside against what the ledger says is held there: money at settlement banks, and bank lines that nobody has placed.

/** The scheme's account at a bank: what its statements say, and what the ledger has made of their lines. Minor units, signed. */
export interface BankHolding {
  readonly bank: string;
  readonly currency: string;
  /** Of the newest statement, up to the day that was asked for. */
  readonly day: string;
  readonly closingMinor: bigint;
  /** Lines of statements up to then that are not in the ledger yet, and will be. */
  readonly underwayMinor: bigint;
  /** Lines told since, by notifications or later statements. */
  readonly laterMinor: bigint;
  readonly laterUnderwayMinor: bigint;
  /** Of those told since, what is in the ledger. */
  readonly laterBookedMinor: bigint;
  /** NOSTRO, as far as the ledger is copied. */
  readonly ledgerMinor: bigint;
  /** Entries of the account that the ledger has refused. */
  readonly refused: number;
}

/** Money in suspense: items and ledger, in one currency. A balance is above zero when money came. */
export interface SuspenseHolding {
  readonly currency: string;
  readonly itemsMinor: bigint;
  /** Of the items, what is not in the ledger yet, and will be. */
  readonly underwayMinor: bigint;
  /** What breaks and roundings have booked there: no item stands for it. */
  readonly othersMinor: bigint;
  readonly ledgerMinor: bigint;
  readonly refused: number;
}

/**
 * A mirror of an account on a gross rail: what the rail says that it held at the end of the newest day that it told, and what the ledger
 * has made of its lines up to then. All null where the rail tells no balance.
 */
export interface RailHolding {
  /** `RAIL:FXNAGA:BAKONG:KHR` */
  readonly code: string;
  readonly currency: string;
  readonly day: string | null;
  readonly closingMinor: bigint | null;
  readonly ledgerMinor: bigint | null;
  /** Lines that the ledger does not have, or has otherwise: on their way, or a break. */
  readonly openMinor: bigint | null;
  readonly openLines: number;
}

/** All of one instant; of rails, of when they were looked at last. */
export interface Holdings {
  readonly banks: readonly BankHolding[];
  readonly rails: readonly RailHolding[];
  readonly suspense: readonly SuspenseHolding[];
}
