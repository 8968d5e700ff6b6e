import { routingCalls, type DirectoryEntry } from '@tonle/contracts';
import { ServiceUnavailable, TOPICS } from '@tonle/messaging';
import { processTimeMs, type Database } from '@tonle/persistence';
import type { Platform, Service } from '@tonle/platform';
import type { Directory, TakeResult } from './directory.js';
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
 * Keeps a service's copy of the directory: what routing answers to its call, and nothing else. A record on the topic says
 * no more than that there is something to ask for: whoever can write to the topic changes nobody's copy. An entry that
 * cannot be read is told and left out; the version that was known before goes on.
 */
export class DirectoryFeed {
  private readonly store = new DirectoryStore();
  /** What is known and not yet kept. */
  private unkept: readonly DirectoryEntry[] | undefined;
  private seen = 0n;
  private asking: Promise<unknown> = Promise.resolve();
  private next: Promise<void> | undefined;
  private answeredAt = processTimeMs();
  private readonly age;

  constructor(
    private readonly directory: Directory,
    private readonly platform: Platform,
    private readonly options: DirectoryFeedOptions = {},
  ) {
    this.age = platform.telemetry.gauge(
      'tonle_directory_age_seconds',
      'Since routing was asked for the directory',
    );
  }

  /** Declares what keeps the copy fresh. The service is not ready before the whole has come. */
  runIn(service: Service): void {
    service.topic(TOPICS.directory, () => this.ask());
    service.job('pull-directory', this.pauseMs, () => this.ask(), { firstAfterMs: 0 });
    if (this.options.keepIn !== undefined)
      service.job('reload-directory', LOOK_EVERY_MS, () => this.look(), { firstAfterMs: 0 });
    service.needs('directory', () => this.directory.isLoaded, 'routing has not told it yet');
  }

  private readonly pauseMs = (): number => (this.directory.isLoaded ? ASK_EVERY_MS : RETRY_MS);

  /** One at a time, so that an older answer never follows a newer one; all who come meanwhile share the next. */
  private ask(): Promise<void> {
    this.next ??= this.asking
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        const asked = this.askNow();
        this.asking = asked;
        return asked;
      });
    return this.next;
  }

  /** Asks routing for all it has; when it cannot be asked, the next round will. */
  private async askNow(): Promise<void> {
    const { calls, telemetry } = this.platform;
    const answer = await calls.call(routingCalls.directory, {}).catch((error: unknown) => {
      if (!(error instanceof ServiceUnavailable)) throw error;
      telemetry.log.info({ err: error }, 'the directory cannot be asked for yet');
      return undefined;
    });
    if (answer !== undefined) this.answeredAt = processTimeMs();
    this.age.set((processTimeMs() - this.answeredAt) / 1_000);
    if (answer === undefined) return;
    const result = this.directory.become(answer.entries);
    this.tell(result);
    if (result.taken.length + result.dropped.length > 0) this.unkept = this.directory.entries;
    await this.keep();
  }

  /** Reads what is kept, when that has changed. A service that awaits it knows at its start what it knew before. */
  async look(): Promise<void> {
    const { keepIn } = this.options;
    if (keepIn === undefined) return;
    const sequence = await this.store.sequence(keepIn);
    if (sequence === this.seen) return;
    this.tell(this.directory.takeCopy(await this.store.newest(keepIn)));
    this.seen = sequence;
  }

  private async keep(): Promise<void> {
    const { keepIn } = this.options;
    const entries = this.unkept;
    if (keepIn === undefined || entries === undefined) return;
    const atMs = this.platform.clock.now();
    const change = { source: 'copy', atMs, by: 'routing', reason: 'copied' } as const;
    await keepIn.transaction(async (transaction) => {
      await this.store.lock(transaction);
      await this.store.dropOthers(transaction, entries);
      await this.store.append(transaction, entries, change);
    });
    this.unkept = undefined;
  }

  private tell({ unreadable, dropped }: TakeResult): void {
    const { log } = this.platform.telemetry;
    for (const { entry, error } of unreadable) {
      const { kind, id, version } = entry;
      log.error({ err: error, kind, id, version }, 'a directory entry cannot be read');
    }
    for (const { kind, id, version } of dropped)
      log.error({ kind, id, version }, 'routing does not know an entry of our copy: it is dropped');
  }
}
