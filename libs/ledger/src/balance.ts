/** The four columns of an account, minor units. */
export interface AccountColumns {
  readonly debitsPending: bigint;
  readonly creditsPending: bigint;
  readonly debitsPosted: bigint;
  readonly creditsPosted: bigint;
}

export const EMPTY_COLUMNS: AccountColumns = {
  debitsPending: 0n,
  creditsPending: 0n,
  debitsPosted: 0n,
  creditsPosted: 0n,
};

/** Posted debits less posted credits: positive is a debit balance. */
export function debitBalance(columns: AccountColumns): bigint {
  return columns.debitsPosted - columns.creditsPosted;
}

/**
 * Headroom of a participant in a currency (domain 6.8): prefund and cap, less what it owes (posted), less what
 * it may come to owe (pending debits). Posted credits raise it; pending credits never do.
 */
export function headroom(prefund: AccountColumns, capMinor: bigint, position: AccountColumns): bigint {
  return -debitBalance(prefund) + capMinor - debitBalance(position) - position.debitsPending;
}

/** What an FX provider can still pay out over a gross rail: its mirrored balance less outgoing pendings (decisions 21). */
export function railAvailable(rail: AccountColumns): bigint {
  return debitBalance(rail) - rail.creditsPending;
}
