import { ENTRIES_MAX, routingCalls, type LedgerEntryAnswer, type LedgerEntry } from '@tonle/contracts';
import { byHalves, type ServiceCalls } from '@tonle/messaging';
import type { Database, Transaction } from '@tonle/persistence';
import type { Clock, Random } from '@tonle/platform';
import { endDifferences, openDifferences } from '../reconciliation/break-register.store.js';
import type { Telemetry } from '@tonle/telemetry';
import type { LedgerEntries } from './ledger-entries.js';
import type { LedgerEntryStore } from './ledger-entry.store.js';
import { endedRefusal, refusedDifference } from './refused-entry.js';

/** One that cannot be asked for, or whose listeners fail, waits this long for its next turn. */
const AGAIN_AFTER_MS = 60_000;
/** Of those that are refused so many have a break of their own. */
const BREAKS_MAX = 500;

/** Hands due entries to routing until it has answered each, and tells who waits for them that they are booked. */
export class BookEntriesJob {
  private readonly due;
  private readonly refused;
  private isTold = false;

  constructor(
    private readonly database: Database,
    private readonly calls: ServiceCalls,
    private readonly clock: Clock,
    private readonly random: Random,
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
    await this.tellOnce();
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
    await this.mark(due, answers);
  }

  private async mark(due: readonly LedgerEntry[], answers: readonly LedgerEntryAnswer[]): Promise<void> {
    const byId = new Map(due.map((entry) => [entry.entryId, entry]));
    const at = new Date(this.clock.now());
    const refused = answers.flatMap((each) => (each.kind === 'refused' ? [each] : []));
    const marked = await this.database.transaction(async (transaction) => {
      const booked = answers.flatMap((each) => (each.kind === 'booked' ? [each] : []));
      const told = await this.store.markBooked(transaction, booked);
      const ids = told.map(({ entryId }) => entryId);
      if (ids.length > 0) await this.entries.tell(transaction, ids);
      const mended = told.flatMap(({ entryId, wasRefused }) => (wasRefused ? [byId.get(entryId)!] : []));
      await endDifferences(transaction, mended.map(endedRefusal), at);
      const fresh = new Set(await this.store.markRefused(transaction, refused, at));
      await this.openBreaks(
        transaction,
        refused.flatMap(({ entryId, reason, detail }) =>
          fresh.has(entryId) ? [[byId.get(entryId)!, wordsOf(reason, detail)] as const] : [],
        ),
        at,
      );
      return fresh;
    });
    for (const { entryId, reason, detail } of refused)
      if (marked.has(entryId))
        this.telemetry.log.error(
          { entryId, detail: wordsOf(reason, detail) },
          'an entry was refused by the ledger',
        );
  }

  /** Those that are refused already, once in the life of the process: each has its break. */
  private async tellOnce(): Promise<void> {
    if (this.isTold) return;
    const standing = await this.store.listOpen(this.database, BREAKS_MAX, 'refused');
    const told = standing.map((entry) => [entry, entry.detail] as const);
    const at = new Date(this.clock.now());
    if (told.length > 0)
      await this.database.transaction((transaction) => this.openBreaks(transaction, told, at));
    this.isTold = true;
  }

  private async openBreaks(
    transaction: Transaction,
    refused: readonly (readonly [LedgerEntry, string | undefined])[],
    at: Date,
  ): Promise<void> {
    const found = refused.map(([entry, detail]) => refusedDifference(entry, detail, at));
    await openDifferences(
      transaction,
      found,
      found.map(() => this.random.id(at.getTime())),
      at,
    );
  }

  private async postpone({ entryId }: LedgerEntry, cause: unknown): Promise<void> {
    this.telemetry.log.error({ err: cause, entryId }, 'an entry cannot be booked now');
    const untilMs = this.clock.now() + AGAIN_AFTER_MS;
    await this.store.postpone(this.database, entryId, untilMs, String(cause).slice(0, 500));
  }
}

const wordsOf = (reason: string, detail: string | undefined): string =>
  detail === undefined ? reason : `${reason}: ${detail}`;
