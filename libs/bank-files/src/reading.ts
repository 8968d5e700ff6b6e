/** One thing that is wrong with a bank's file: what, where, and how to mend it. */
export interface BankFileError {
  readonly code: BankFileErrorCode;
  /** A line of a text file (`line 12, :61:`), a path of an XML file. */
  readonly where: string;
  readonly detail: string;
}

export type BankFileErrorCode =
  /** Its form is not that of the format: not UTF-8, not well-formed, against the schema, a field that cannot be. */
  | 'malformed'
  | 'too_large'
  /** It is another kind of file than was announced. */
  | 'wrong_kind'
  | 'amount_malformed'
  | 'currency_unknown'
  | 'currency_differs'
  | 'date_malformed'
  /** Two lines, statements or instructions have one id. */
  | 'id_repeated'
  | 'balance_missing'
  /** Opening and movements do not make the closing balance, or a page does not begin where the one before it ended. */
  | 'balance_differs'
  | 'count_differs'
  | 'sum_differs'
  | 'hash_differs'
  | 'page_missing'
  /** Statements of one account in a file leave a number out, or do not follow each other. */
  | 'sequence_gap'
  | 'copy'
  /** A message id without the sequence number that it has to end in. */
  | 'sequence_missing'
  /** A text that the format has no room for, when a file is written. */
  | 'unwritable';

export interface BankFileRefusal {
  readonly kind: 'refused';
  readonly errors: readonly BankFileError[];
}

/** What a writer gives: the bytes, or what the format cannot say. */
export type BankFileWriting = { readonly kind: 'written'; readonly bytes: Uint8Array } | BankFileRefusal;

/** A file with one thing wrong. */
export function refusedFile(code: BankFileErrorCode, where: string, detail: string): BankFileRefusal {
  return { kind: 'refused', errors: [{ code, where, detail }] };
}

/** So many are told; a file with more is no better. */
export const ERRORS_MAX = 100;
