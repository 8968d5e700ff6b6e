import { ENTRIES_MAX, routingCalls, type LedgerEntryAnswer, type LedgerEntry } from '@tonle/contracts';
import { byHalves, type ServiceCalls } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import type { LedgerEntries } from './ledger-entries.js';
import type { LedgerEntryStore } from './ledger-entry.store.js';

/** One that cannot be asked for, or whose listeners fail, waits this long for its next turn. */
const AGAIN_AFTER_MS = 60_000;

/** Hands due entries to routing until it has answered each, and tells who waits for them that they are booked. */
export class BookEntriesJob {
  private readonly due;
  private readonly refused;

  constructor(
    private readonly database: Database,
    private readonly calls: ServiceCalls,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
    private readonly store: LedgerEntryStore,
    private readonly entries: LedgerEntries,
  ) {
    this.due = telemetry.gauge('tonle_ledger_entries_due', 'Entries that routing has not booked yet');
    this.refused = telemetry.gauge(
      'tonle_ledger_entries_refused',
      'Entries that routing refuses: bank and books differ by them until somebody puts them right',
    );
  }

  /** Rejects when routing cannot be asked: what is due stays due. */
  readonly run = async (): Promise<void> => {
    try {
      for (;;) {
        const due = await this.store.due(this.database, this.clock.now(), ENTRIES_MAX);
        if (due.length === 0) break;
        await byHalves(
          due,
          (part) => this.book(part),
          (entry, cause) => this.postpone(entry, cause),
        );
      }
    } finally {
      const open = await this.store.countOpen(this.database);
      this.due.set(open.due);
      this.refused.set(open.refused);
    }
  };

  private async book(due: readonly LedgerEntry[]): Promise<void> {
    const { entries } = await this.calls.call(routingCalls.bookEntries, { entries: [...due] });
    const asked = new Set(due.map(({ entryId }) => entryId));
    const answers = entries.filter(({ entryId }) => asked.delete(entryId));
    if (asked.size > 0) throw new Error(`routing did not answer for ${[...asked].join(', ')}`);
    await this.mark(answers);
  }

  private async mark(answers: readonly LedgerEntryAnswer[]): Promise<void> {
    const refused = await this.database.transaction(async (transaction) => {
      const booked = answers.flatMap((each) => (each.kind === 'booked' ? [each] : []));
      const told = await this.store.markBooked(transaction, booked);
      if (told.length > 0) await this.entries.tell(transaction, told);
      return this.store.markRefused(
        transaction,
        answers.flatMap((each) => (each.kind === 'refused' ? [each] : [])),
      );
    });
    for (const [entryId, detail] of refused)
      this.telemetry.log.error({ entryId, detail }, 'an entry was refused by the ledger');
  }

  private async postpone({ entryId }: LedgerEntry, cause: unknown): Promise<void> {
    this.telemetry.log.error({ err: cause, entryId }, 'an entry cannot be booked now');
    const untilMs = this.clock.now() + AGAIN_AFTER_MS;
    await this.store.postpone(this.database, entryId, untilMs, String(cause).slice(0, 500));
  }
}
