import { EMPTY_COLUMNS, headroom, railAvailable, type AccountColumns } from './balance.js';
import type { TransferLine } from './transfer.js';

/** What is done with lines: made pending, taken from pending, or posted (which frees what was reserved). */
export type LineAction = 'reserve' | 'void' | 'post';

/** An account as it was locked. */
export interface LockedAccount extends AccountColumns {
  readonly currency: string;
}

/** What a batch adds to one account's columns; pending columns may go down. */
export interface AccountDelta<Account> extends LockedAccount {
  readonly id: Account;
}

/** A purse that must cover an amount before a reservation (I7). */
export type PurseCheck<Account> =
  | {
      readonly kind: 'headroom';
      readonly prefund: Account;
      readonly position: Account;
      readonly capMinor: bigint;
      readonly minor: bigint;
    }
  | { readonly kind: 'rail'; readonly rail: Account; readonly minor: bigint };

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The locked accounts of one batch, moved in memory in the order of its messages: a purse that runs dry in
 * the middle refuses exactly the payments that do not fit any more.
 */
export class AccountBook<Account extends string | number> {
  private readonly now = new Map<Account, Mutable<LockedAccount>>();

  constructor(private readonly locked: ReadonlyMap<Account, LockedAccount>) {
    for (const [id, account] of locked) this.now.set(id, { ...account });
  }

  /** The first purse that would not cover its amount; undefined when all do. */
  short<Check extends PurseCheck<Account>>(checks: readonly Check[]): Check | undefined {
    return checks.find((check) => this.available(check) < check.minor);
  }

  /** Throws (broken) for an account that was not locked, and when more pending is freed than was reserved (I6). */
  move(action: LineAction, lines: readonly TransferLine<Account>[]): void {
    for (const line of lines) {
      const pending = pendingChange(action, line);
      const posted = action === 'post' ? line.minor : 0n;
      const debit = this.account(line.debit);
      debit.debitsPending += pending;
      debit.debitsPosted += posted;
      const credit = this.account(line.credit);
      credit.creditsPending += pending;
      credit.creditsPosted += posted;
      if (debit.debitsPending < 0n || credit.creditsPending < 0n)
        throw new Error(`more pending is freed on ${line.debit} and ${line.credit} than was reserved`);
    }
  }

  /** What the batch adds to each account, in id order; accounts that end as they began are left out. */
  deltas(): AccountDelta<Account>[] {
    const deltas: AccountDelta<Account>[] = [];
    for (const [id, now] of this.now) {
      const before = this.locked.get(id)!;
      const delta = {
        id,
        currency: now.currency,
        debitsPending: now.debitsPending - before.debitsPending,
        creditsPending: now.creditsPending - before.creditsPending,
        debitsPosted: now.debitsPosted - before.debitsPosted,
        creditsPosted: now.creditsPosted - before.creditsPosted,
      };
      if (delta.debitsPending || delta.creditsPending || delta.debitsPosted || delta.creditsPosted)
        deltas.push(delta);
    }
    return deltas.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  private available(check: PurseCheck<Account>): bigint {
    if (check.kind === 'rail') return railAvailable(this.account(check.rail));
    return headroom(this.account(check.prefund), check.capMinor, this.account(check.position));
  }

  private account(id: Account): Mutable<LockedAccount> {
    const account = this.now.get(id);
    if (account === undefined) throw new Error(`account ${id} was not locked`);
    return account;
  }
}

function pendingChange(action: LineAction, line: TransferLine<unknown>): bigint {
  if (action === 'reserve') return line.minor;
  return line.reserved ? -line.minor : 0n;
}

/**
 * Do debits equal credits in every currency, pending and posted apart (I1, I2)? Throws (broken) and says where
 * they do not: such a commit must not be written.
 */
export function assertBalanced(deltas: readonly LockedAccount[]): void {
  const byCurrency = new Map<string, Mutable<AccountColumns>>();
  for (const delta of deltas) {
    let sum = byCurrency.get(delta.currency);
    if (sum === undefined) byCurrency.set(delta.currency, (sum = { ...EMPTY_COLUMNS }));
    sum.debitsPending += delta.debitsPending;
    sum.creditsPending += delta.creditsPending;
    sum.debitsPosted += delta.debitsPosted;
    sum.creditsPosted += delta.creditsPosted;
  }
  for (const [currency, { debitsPending, creditsPending, debitsPosted, creditsPosted }] of byCurrency) {
    if (debitsPosted !== creditsPosted)
      throw new Error(`the batch posts ${debitsPosted} debits and ${creditsPosted} credits in ${currency}`);
    if (debitsPending !== creditsPending)
      throw new Error(
        `the batch makes ${debitsPending} debits and ${creditsPending} credits pending in ${currency}`,
      );
  }
}
