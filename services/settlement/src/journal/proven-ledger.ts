import type { Queryable } from '@tonle/persistence';
import type { BalanceStore } from '../ledger/balance.store.js';
import type { LedgerCopyStore } from '../ledger/ledger-copy.store.js';

/** An account's balance at an instant; debit and credit are sums of all its transfers until then. */
export interface BookedBalance {
  readonly code: string;
  readonly kind: string;
  readonly currency: string;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

/** What the books ask of settlement's copy of the ledger: only what was held against routing counts. */
export class ProvenLedger {
  constructor(
    private readonly copies: LedgerCopyStore,
    private readonly balanceStore: BalanceStore,
  ) {}

  /** Does it hold every transfer before this instant, for certain? */
  async reaches(database: Queryable, until: Date): Promise<boolean> {
    const { provenMs } = await this.copies.state(database);
    return provenMs !== undefined && provenMs >= until.getTime();
  }

  /** Accounts that something had moved before this instant, in the order of their currencies and codes. */
  async balances(database: Queryable, until: Date): Promise<BookedBalance[]> {
    const { checkpointedDay } = await this.copies.state(database);
    const turnovers = await this.balanceStore.turnovers(database, until.getTime(), checkpointedDay);
    return turnovers
      .filter(({ debits, credits }) => debits !== 0n || credits !== 0n)
      .map(({ code, kind, currency, debits, credits }) => ({
        ...{ code, kind, currency },
        debitMinor: debits,
        creditMinor: credits,
      }));
  }
}
