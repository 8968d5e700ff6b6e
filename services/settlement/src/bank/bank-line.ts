import type { BankFileLine, BankStatementFormat } from '@tonle/bank-files';

/** The scheme's account that something is of. */
export interface BankAccountName {
  readonly bank: string;
  readonly currency: string;
}

/** A line of the bank as it is kept. Its amount is signed: above zero it came to the scheme's account. */
export interface BankLine extends BankAccountName {
  /** `<bank>:<currency>:<the bank's id of it>`: what is booked by it is booked once (I17). */
  readonly lineId: string;
  readonly day: string;
  readonly valueDate: string;
  readonly amountMinor: bigint;
  /** When it was booked, as the bank says it: a day or an instant. */
  readonly bookedAt?: string;
  /** The bank takes back an earlier line by it. */
  readonly reversal: boolean;
  readonly endToEndId?: string;
  readonly remittance?: string;
  readonly counterparty?: string;
  readonly bankReference?: string;
}

/** Who brought a file, and when. */
export interface FileTaking {
  readonly at: Date;
  /** `schedule`, or the approval by which it was handed in. */
  readonly by: string;
}

/** A file as a bank gave it. */
export interface BankFile extends BankAccountName {
  readonly format: BankStatementFormat;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** The line of a file as it is kept; `day`: of the statement, where the line itself does not say when it was booked. */
export function bankLineOf({ bank, currency }: BankAccountName, line: BankFileLine, day: string): BankLine {
  const { endToEndId, remittance, counterparty, bankReference, bookedAt } = line;
  return {
    ...{ lineId: `${bank}:${currency}:${line.id}`, bank, currency },
    ...{ day: bookedAt?.slice(0, 10) ?? day, valueDate: line.valueDate, amountMinor: line.amountMinor },
    reversal: line.reversal === true,
    ...(bookedAt !== undefined && { bookedAt }),
    ...(endToEndId !== undefined && { endToEndId }),
    ...(remittance !== undefined && { remittance }),
    ...(counterparty !== undefined && { counterparty }),
    ...(bankReference !== undefined && { bankReference }),
  };
}

/** What is wrong with a bank's file or statement, by name. */
export interface BankFault {
  readonly code: BankFaultCode;
  readonly detail: string;
}

export type BankFaultCode =
  /** The file cannot be read, or does not tie by itself: the detail has the reader's own words. */
  | 'unreadable'
  /** It is of no account of ours at this bank. */
  | 'account_differs'
  | 'balance_missing'
  /** Opening and movements do not make the closing balance. */
  | 'totals_differ'
  /** A number is left out, or comes again. */
  | 'number_gap'
  | 'number_repeated'
  /** It does not begin where the one before ended, or end where the next begins. */
  | 'opening_differs'
  | 'closing_differs'
  /** Days that a statement has covered, and it does not say that it replaces that one. */
  | 'day_repeated'
  | 'replaces_unknown'
  /** A line of an earlier statement comes again. */
  | 'line_repeated'
  /** A line that was told before says something else now, or is left out: money has moved by it. */
  | 'line_changed'
  | 'line_gone'
  /** A day that has not come at the bank. */
  | 'day_ahead'
  /** Days of one file do not follow each other. */
  | 'days_out_of_order';
