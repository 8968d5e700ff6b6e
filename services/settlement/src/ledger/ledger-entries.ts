import { ledgerEntry, type LedgerEntry } from '@tonle/contracts';
import { entryFault } from '@tonle/ledger';
import type { Transaction } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { LedgerEntryStore } from './ledger-entry.store.js';

/** Hears of entries in the transaction that notes them as booked: throwing leaves them due, and they are told again. */
export type BookedListener = (transaction: Transaction, entryIds: readonly string[]) => Promise<void>;

/** What is to be booked, in the transaction of whoever decided it; routing books it soon after, once (record 33). */
export class LedgerEntries {
  private readonly listeners: BookedListener[] = [];

  constructor(
    private readonly store: LedgerEntryStore,
    private readonly clock: Clock,
  ) {}

  /** At assembly. Entries of others come by, too. */
  onBooked(listener: BookedListener): void {
    this.listeners.push(listener);
  }

  /** Calls the listeners, one after the other. */
  async tell(transaction: Transaction, entryIds: readonly string[]): Promise<void> {
    for (const listener of this.listeners) await listener(transaction, entryIds);
  }

  /**
   * Takes entries in the caller's transaction; the same again is nothing new. Throws (broken) for one that the rules forbid, that
   * says something else than before under its id, or whose part of a bank line another has used.
   */
  async post(transaction: Transaction, entries: readonly LedgerEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const whole = entries.map(checked);
    await this.store.insert(transaction, whole, this.clock.now());
    const stored = await this.store.byIds(
      transaction,
      whole.map(({ entryId }) => entryId),
    );
    const byId = new Map(stored.map((entry) => [entry.entryId, contentOf(entry)]));
    for (const entry of whole) {
      if (byId.get(entry.entryId) !== contentOf(entry))
        throw new Error(`entry ${entry.entryId} was posted before, and said something else`);
    }
  }
}

function checked(entry: LedgerEntry): LedgerEntry {
  const read = ledgerEntry.parse(entry);
  const fault = entryFault({ ...read, minor: BigInt(read.minor) });
  if (fault !== undefined) throw new Error(`entry ${read.entryId}: ${fault}`);
  return read.lineId === undefined ? read : { ...read, part: read.part ?? 1 };
}

function contentOf(entry: LedgerEntry): string {
  const { kind, currency, debit, credit, minor, lineId, part, approvalId } = entry;
  return JSON.stringify([kind, currency, debit, credit, minor, lineId, part, approvalId?.toLowerCase()]);
}
