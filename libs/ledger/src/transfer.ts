import { currencyOf, type AccountCode } from './account.js';

/** Why a transfer was made; with the payment id it is unique, so nothing is posted twice (I5b). */
export const TRANSFER_KINDS = [
  'obligation_source',
  'obligation_target',
  'fee',
  'discharge',
  'discharge_rail',
  'reversal',
  'reversal_rail',
  'funds',
  'settlement',
] as const;
export type TransferKind = (typeof TRANSFER_KINDS)[number];

/** One line: an immutable movement of one currency, once posted. */
export interface TransferLine {
  readonly kind: TransferKind;
  readonly debit: AccountCode;
  readonly credit: AccountCode;
  /** Minor units, above zero. */
  readonly amount: bigint;
  readonly currency: string;
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
  amount: bigint,
  reserved: boolean,
): TransferLine {
  const currency = currencyOf(debit);
  if (currencyOf(credit) !== currency)
    throw new Error(`a transfer crosses currencies: ${debit} to ${credit}`);
  if (debit === credit) throw new Error(`a transfer debits what it credits: ${debit}`);
  if (amount <= 0n) throw new Error(`a transfer of ${amount} on ${debit}`);
  return { kind, debit, credit, amount, currency, reserved };
}
