import { currencyOf, type AccountCode } from './account.js';
import type { EntryKind } from './entry.js';

/** Why a transfer was made; with the payment id it is unique, so nothing is posted twice (I5b). */
export type TransferKind =
  | 'obligation_source'
  | 'obligation_target'
  | 'fee'
  | 'fee_return'
  | 'fx_difference'
  | 'discharge'
  | 'discharge_rail'
  | 'reversal'
  | 'reversal_rail'
  | EntryKind;

/** One line: an immutable movement of one currency, once posted. Accounts by code, or as the database numbers them. */
export interface TransferLine<Account = AccountCode> {
  readonly kind: TransferKind;
  readonly debit: Account;
  readonly credit: Account;
  /** Above zero. */
  readonly minor: bigint;
  /** The same amount stands in the accounts' pending columns from the reservation on, and leaves them on posting. */
  readonly reserved: boolean;
}

/**
 * A checked line. Throws (broken, never refused) unless both accounts differ, share the currency (I1) and
 * the amount is above zero.
 */
export function transferLine(
  kind: TransferKind,
  debit: AccountCode,
  credit: AccountCode,
  minor: bigint,
  reserved: boolean,
): TransferLine {
  if (currencyOf(credit) !== currencyOf(debit))
    throw new Error(`a transfer crosses currencies: ${debit} to ${credit}`);
  if (debit === credit) throw new Error(`a transfer debits what it credits: ${debit}`);
  if (minor <= 0n) throw new Error(`a transfer of ${minor} on ${debit}`);
  return { kind, debit, credit, minor, reserved };
}
