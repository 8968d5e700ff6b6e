import { type BatchHandler, type ServiceCalls } from '@tonle/messaging';
import { directoryEntry, routingCalls, type DirectoryEntry } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import type { Directory } from './directory.js';
import { loadEntries, saveEntries } from './directory.store.js';

/**
 * Keeps the local copy: routing is asked for the whole, the topic brings changes, and the table tells other instances and
 * the next start. Changes that come before the whole wait for it, so that a part is never taken for all.
 */
export class DirectoryFeed {
  #early: DirectoryEntry[] = [];

  constructor(
    private readonly directory: Directory,
    private readonly database: Database,
    private readonly calls: ServiceCalls,
    private readonly telemetry: Telemetry,
  ) {}

  readonly handle: BatchHandler = async (records) => {
    const changes = records.map((record) => directoryEntry.parse(JSON.parse(record.body)));
    if (this.directory.isWhole) await this.#take(changes);
    else this.#early.push(...changes);
  };

  /** Another instance may have had the record: the table is what all share. */
  async refresh(): Promise<void> {
    const entries = await loadEntries(this.database);
    this.#apply(entries);
    if (entries.length > 0) this.directory.becomeWhole();
  }

  /** Asks routing for all it has; false when routing cannot be asked now. */
  async ask(): Promise<boolean> {
    try {
      const { entries } = await this.calls.call(routingCalls.directory, {});
      if (entries.length === 0) return false;
      await this.#take([...entries, ...this.#early]);
      this.directory.becomeWhole();
      this.#early = [];
      return true;
    } catch (error) {
      this.telemetry.log.info({ err: error }, 'the directory cannot be asked for yet');
      return false;
    }
  }

  async #take(entries: readonly DirectoryEntry[]): Promise<void> {
    await saveEntries(this.database, entries);
    this.#apply(entries);
  }

  /** An entry that cannot be read is told and left out; the version known before goes on. */
  #apply(entries: readonly DirectoryEntry[]): void {
    for (const entry of entries) {
      try {
        this.directory.apply(entry);
      } catch (error) {
        this.telemetry.log.error(
          { err: error, kind: entry.kind, id: entry.id },
          'a directory entry cannot be read',
        );
      }
    }
  }
}
