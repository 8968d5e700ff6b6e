import {
  applyDelta,
  EMPTY_COLUMNS,
  headroom,
  railAvailable,
  type AccountColumns,
  type LineAction,
  type TransferKind,
} from '@tonle/ledger';

/** A transfer line on account ids. `reserved`: the amount stands in the pending columns until it is posted. */
export interface BookLine {
  readonly kind: TransferKind;
  readonly debit: number;
  readonly credit: number;
  readonly minor: bigint;
  readonly reserved: boolean;
}

/** A purse that must cover an amount, on account ids (I7). */
export type PurseCheck =
  | {
      readonly kind: 'headroom';
      readonly prefund: number;
      readonly position: number;
      readonly capMinor: bigint;
      readonly minor: bigint;
    }
  | { readonly kind: 'rail'; readonly rail: number; readonly minor: bigint };

export interface AccountDelta extends AccountColumns {
  readonly id: number;
}

/**
 * The locked accounts of one batch, moved in memory in the order of its messages: a purse that runs dry in
 * the middle refuses exactly the payments that do not fit any more.
 */
export class AccountBook {
  readonly #now: Map<number, AccountColumns>;
  readonly #before: ReadonlyMap<number, AccountColumns>;

  constructor(locked: ReadonlyMap<number, AccountColumns>) {
    this.#before = locked;
    this.#now = new Map(locked);
  }

  /** Would every purse still cover its amount? */
  covers(checks: readonly PurseCheck[]): boolean {
    return checks.every((check) => this.#available(check) >= check.minor);
  }

  #available(check: PurseCheck): bigint {
    if (check.kind === 'rail') return railAvailable(this.#columns(check.rail));
    return headroom(this.#columns(check.prefund), check.capMinor, this.#columns(check.position));
  }

  move(action: LineAction, lines: readonly BookLine[]): void {
    for (const line of lines) {
      const pending =
        action === 'reserve' ? line.minor : action === 'void' || line.reserved ? -line.minor : 0n;
      const posted = action === 'post' ? line.minor : 0n;
      this.#add(line.debit, { ...EMPTY_COLUMNS, debitsPending: pending, debitsPosted: posted });
      this.#add(line.credit, { ...EMPTY_COLUMNS, creditsPending: pending, creditsPosted: posted });
    }
  }

  /** What the batch adds to each account, in id order; accounts that end as they began are left out. */
  deltas(): AccountDelta[] {
    const deltas: AccountDelta[] = [];
    for (const [id, now] of this.#now) {
      const before = this.#before.get(id) ?? EMPTY_COLUMNS;
      const delta = {
        id,
        debitsPending: now.debitsPending - before.debitsPending,
        creditsPending: now.creditsPending - before.creditsPending,
        debitsPosted: now.debitsPosted - before.debitsPosted,
        creditsPosted: now.creditsPosted - before.creditsPosted,
      };
      if (delta.debitsPending || delta.creditsPending || delta.debitsPosted || delta.creditsPosted)
        deltas.push(delta);
    }
    return deltas.sort((a, b) => a.id - b.id);
  }

  #columns(id: number): AccountColumns {
    const columns = this.#now.get(id);
    if (columns === undefined) throw new Error(`account ${id} was not locked`);
    return columns;
  }

  #add(id: number, delta: AccountColumns): void {
    this.#now.set(id, applyDelta(this.#columns(id), delta));
  }
}
