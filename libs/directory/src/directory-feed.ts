import { bodiesOf, routingCalls, type DirectoryEntry } from '@tonle/contracts';
import { ServiceUnavailable, TOPICS, type InboundRecord } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Platform, Service } from '@tonle/platform';
import type { Directory, Taken } from './directory.js';
import { DirectoryStore } from './directory.store.js';

const RETRY_MS = 500;
/** Another instance of the service may have been given a change, or the broker may have lost it: asking finds it. */
const ASK_EVERY_MS = 15_000;
/** How soon an instance sees what another one has written into the table. */
const LOOK_EVERY_MS = 2_000;

export interface DirectoryFeedOptions {
  /** Keeps the copy in the table `directory_entry` of this database: known at once at the next start, and to other instances. */
  readonly keepIn?: Database;
}

/**
 * Keeps a service's copy of the directory: routing is asked for the whole, the topic brings changes. Changes that come
 * before the whole wait for it, so that a part is never taken for all. An entry that cannot be read is told and left
 * out; the version that was known before goes on.
 */
export class DirectoryFeed {
  private readonly store = new DirectoryStore();
  /** Changes that came before the whole. */
  private early: DirectoryEntry[] = [];
  /** What is known and not yet kept. */
  private unkept: DirectoryEntry[] = [];
  private seen = 0n;

  constructor(
    private readonly directory: Directory,
    private readonly platform: Platform,
    private readonly options: DirectoryFeedOptions = {},
  ) {}

  /** Declares what keeps the copy fresh. The service is not ready before the whole has come. */
  runIn(service: Service): void {
    service.topic(TOPICS.directory, (records) => this.handle(records));
    service.job('directory from routing', this.pauseMs, () => this.ask(), { firstAfterMs: 0 });
    if (this.options.keepIn !== undefined)
      service.job('directory from table', LOOK_EVERY_MS, () => this.look(), { firstAfterMs: 0 });
    service.needs('directory', () => this.directory.isWhole);
  }

  /** Changes from the topic. */
  private async handle(records: readonly InboundRecord[]): Promise<void> {
    const changes = bodiesOf(records, 'directory.entry');
    if (this.directory.isWhole) await this.keep(this.directory.take(changes));
    else this.early.push(...changes);
  }

  private readonly pauseMs = (): number => (this.directory.isWhole ? ASK_EVERY_MS : RETRY_MS);

  /** Asks routing for all it has; when it cannot be asked, the next round will. */
  private async ask(): Promise<void> {
    const { calls, telemetry } = this.platform;
    const answer = await calls.call(routingCalls.directory, {}).catch((error: unknown) => {
      if (!(error instanceof ServiceUnavailable)) throw error;
      telemetry.log.info({ err: error }, 'the directory cannot be asked for yet');
      return undefined;
    });
    if (answer === undefined) return;
    const { entries } = answer;
    const taken = this.directory.takeWhole(entries);
    if (!this.directory.isWhole) return;
    await this.keep(taken);
    await this.keep(this.directory.take(this.early.splice(0)));
  }

  /** Reads what is kept, when that has changed. A service that awaits it knows at its start what it knew before. */
  async look(): Promise<void> {
    const { keepIn } = this.options;
    if (keepIn === undefined) return;
    const sequence = await this.store.sequence(keepIn);
    if (sequence === this.seen) return;
    this.tell(this.directory.takeWhole(await this.store.newest(keepIn)));
    this.seen = sequence;
  }

  private async keep(result: Taken): Promise<void> {
    this.tell(result);
    const { keepIn } = this.options;
    if (keepIn === undefined) return;
    this.unkept.push(...result.taken);
    const entries = [...this.unkept];
    if (entries.length === 0) return;
    const atMs = this.platform.clock.now();
    const change = { source: 'copy', atMs, by: 'routing', reason: 'copied' } as const;
    await keepIn.transaction(async (transaction) => {
      await this.store.lock(transaction);
      await this.store.append(transaction, entries, change);
    });
    this.unkept = this.unkept.filter((entry) => !entries.includes(entry));
  }

  private tell({ unreadable }: Taken): void {
    for (const { entry, error } of unreadable) {
      const { kind, id, version } = entry;
      const found = { err: error, kind, id, version };
      this.platform.telemetry.log.error(found, 'a directory entry cannot be read');
    }
  }
}
