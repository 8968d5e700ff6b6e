import { directoryEntry, routingCalls, type DirectoryEntry } from '@tonle/contracts';
import { TOPICS, type InboundRecord, type Subscription } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Platform } from '@tonle/platform';
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
  private subscription: Subscription | undefined;
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly rounds = new Set<Promise<void>>();
  private closed = false;

  constructor(
    private readonly directory: Directory,
    private readonly platform: Platform,
    private readonly options: DirectoryFeedOptions = {},
  ) {}

  /** Resolves once what is kept is read and changes are followed; the whole comes when routing can be asked. */
  async start(): Promise<void> {
    const { transport, service } = this.platform;
    await this.look();
    this.subscription = await transport.subscribe(TOPICS.directory, (records) => this.handle(records), {
      group: service,
    });
    this.plan(0, () => this.ask(), ASK_EVERY_MS);
    if (this.options.keepIn !== undefined) this.plan(LOOK_EVERY_MS, () => this.look(), LOOK_EVERY_MS);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    await this.subscription?.close();
    await Promise.all(this.rounds);
  }

  /** Changes from the topic. */
  private async handle(records: readonly InboundRecord[]): Promise<void> {
    const changes = records.map((record) => directoryEntry.parse(JSON.parse(record.body)));
    if (this.directory.isWhole) await this.keep(this.directory.take(changes));
    else this.early.push(...changes);
  }

  /** Asks routing for all it has. */
  private async ask(): Promise<void> {
    const { calls } = this.platform;
    const { entries } = await calls.call(routingCalls.directory, {});
    const taken = this.directory.takeWhole(entries);
    if (!this.directory.isWhole) return;
    await this.keep(taken);
    await this.keep(this.directory.take(this.early.splice(0)));
  }

  /** Reads what is kept, when that has changed. */
  private async look(): Promise<void> {
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

  private plan(waitMs: number, round: () => Promise<void>, everyMs: number): void {
    if (this.closed) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      const running = this.run(round).finally(() => {
        this.rounds.delete(running);
        this.plan(this.directory.isWhole ? everyMs : Math.min(RETRY_MS, everyMs), round, everyMs);
      });
      this.rounds.add(running);
    }, waitMs);
    timer.unref();
    this.timers.add(timer);
  }

  private async run(round: () => Promise<void>): Promise<void> {
    try {
      await round();
    } catch (error) {
      this.platform.telemetry.log.info({ err: error }, 'the directory cannot be asked for yet');
    }
  }
}
