import type { AccountCode } from './account.js';
import type { TransferLine } from './transfer.js';

/** The four columns of an account, minor units. */
export interface AccountColumns {
  readonly debitsPending: bigint;
  readonly creditsPending: bigint;
  readonly debitsPosted: bigint;
  readonly creditsPosted: bigint;
}

/** What a batch adds to one account's columns; pending columns may go down. */
export interface AccountDelta extends AccountColumns {
  readonly account: AccountCode;
}

export const EMPTY_COLUMNS: AccountColumns = {
  debitsPending: 0n,
  creditsPending: 0n,
  debitsPosted: 0n,
  creditsPosted: 0n,
};

/** What is done with lines: made pending, taken from pending, or posted (which frees what was reserved). */
export type LineAction = 'reserve' | 'void' | 'post';

export interface LineMove {
  readonly action: LineAction;
  readonly lines: readonly TransferLine[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Sums a batch to one delta an account, in order of account code: the order in which rows are locked
 * (architecture 4). Accounts whose sums are zero in all columns are left out.
 */
export function netDeltas(moves: readonly LineMove[]): AccountDelta[] {
  const byAccount = new Map<AccountCode, Mutable<AccountDelta>>();
  for (const { action, lines } of moves) {
    for (const line of lines) {
      const pending = pendingChange(action, line);
      const posted = action === 'post' ? line.amount : 0n;
      const debit = deltaOf(byAccount, line.debit);
      debit.debitsPending += pending;
      debit.debitsPosted += posted;
      const credit = deltaOf(byAccount, line.credit);
      credit.creditsPending += pending;
      credit.creditsPosted += posted;
    }
  }
  return [...byAccount.values()].filter(isChange).sort((a, b) => (a.account < b.account ? -1 : 1));
}

function pendingChange(action: LineAction, line: TransferLine): bigint {
  if (action === 'reserve') return line.amount;
  if (action === 'void') return -line.amount;
  return line.reserved ? -line.amount : 0n;
}

function deltaOf(
  byAccount: Map<AccountCode, Mutable<AccountDelta>>,
  account: AccountCode,
): Mutable<AccountDelta> {
  const known = byAccount.get(account);
  if (known !== undefined) return known;
  const fresh = { account, ...EMPTY_COLUMNS };
  byAccount.set(account, fresh);
  return fresh;
}

function isChange(delta: AccountDelta): boolean {
  return (
    delta.debitsPending !== 0n ||
    delta.creditsPending !== 0n ||
    delta.debitsPosted !== 0n ||
    delta.creditsPosted !== 0n
  );
}

/** Columns after a delta. Throws (broken) when a pending column would fall below zero (I6). */
export function applyDelta(columns: AccountColumns, delta: AccountColumns): AccountColumns {
  const after = {
    debitsPending: columns.debitsPending + delta.debitsPending,
    creditsPending: columns.creditsPending + delta.creditsPending,
    debitsPosted: columns.debitsPosted + delta.debitsPosted,
    creditsPosted: columns.creditsPosted + delta.creditsPosted,
  };
  if (after.debitsPending < 0n || after.creditsPending < 0n)
    throw new Error('more pending is freed than was reserved');
  return after;
}

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
