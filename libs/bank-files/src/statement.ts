import type { BankFileRefusal } from './reading.js';

/** In which form a bank tells what it booked: a day of an account (camt.053, MT940, CSV), or single entries (camt.054). */
export type BankStatementFormat = 'camt.053' | 'camt.054' | 'mt940' | 'csv';

/** One movement of the account. */
export interface BankFileLine {
  /** The bank's own id of the line; unique in the account. */
  readonly id: string;
  /** Minor units, negative for what left the account; never zero. */
  readonly amountMinor: bigint;
  /** When it was booked: a day, or an instant with an offset where the bank says so. */
  readonly bookedAt?: string;
  /** YYYY-MM-DD. */
  readonly valueDate: string;
  /** It takes back an earlier line. */
  readonly reversal?: boolean;
  readonly endToEndId?: string;
  readonly uetr?: string;
  readonly remittance?: string;
  /** Whose money came, or who got it. */
  readonly counterparty?: string;
  /** What else the bank calls it. */
  readonly bankReference?: string;
}

/** What a bank says of one account in one currency: lines, and for a statement the balances that they tie. */
export interface BankFileStatement {
  /** A notification has no balances, and its lines come again in the day's statement. */
  readonly kind: 'statement' | 'notification';
  /** The bank's id of it. */
  readonly id: string;
  readonly account: string;
  readonly currency: string;
  /** Without a gap from statement to statement of an account, where the bank numbers them. */
  readonly number?: number;
  /** First and last day that it covers, YYYY-MM-DD. */
  readonly from: string;
  readonly to: string;
  readonly openingMinor?: bigint;
  readonly closingMinor?: bigint;
  /** The id of the statement that this one corrects. */
  readonly replaces?: string;
  readonly lines: readonly BankFileLine[];
}

/** All statements of a file, or everything that is wrong with it: a file is believed whole or not at all. */
export type BankStatementReading =
  { readonly kind: 'read'; readonly statements: readonly BankFileStatement[] } | BankFileRefusal;
