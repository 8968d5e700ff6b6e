import type { BankFileRefusal } from './reading.js';

/** One account of a finalisation. */
export interface FinalisedTransfer {
  readonly endToEndId: string;
  readonly participantAccount: string;
  /** Minor units from the participant's side: negative for what it paid in. */
  readonly amountMinor: bigint;
  /** The participant's balance at the bank afterwards. */
  readonly balanceMinor: bigint;
}

/** The bank's proof that it has carried out one instruction: bound to it by window, sequence and hash. */
export interface BankFinalisation {
  readonly bank: string;
  readonly currency: string;
  readonly windowId: string;
  /** The instruction that was carried out. */
  readonly messageId: string;
  readonly sequence: number;
  /** SHA-256 of the instruction's bytes, 64 lower-case hexadecimal digits. */
  readonly instructionSha256: string;
  /** YYYY-MM-DD. */
  readonly valueDate: string;
  readonly createdAt: string;
  /** The scheme's account, and its balance afterwards as the day's statement has it. */
  readonly schemeAccount: string;
  readonly schemeBalanceMinor: bigint;
  readonly transfers: readonly FinalisedTransfer[];
}

export type FinalisationReading =
  { readonly kind: 'read'; readonly finalisation: BankFinalisation } | BankFileRefusal;
