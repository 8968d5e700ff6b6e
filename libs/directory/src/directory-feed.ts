import { directoryEntry, routingCalls, type DirectoryEntry } from '@tonle/contracts';
import type { Directory } from './directory.copy.js';
import { TOPICS } from '@tonle/messaging';
import type { InboundRecord, Subscription } from '@tonle/messaging';
import type { Platform } from '@tonle/platform';

const RETRY_MS = 500;
/** Another instance of the service may have been given a change; asking again finds it. */
const REFRESH_MS = 15_000;

/**
 * Keeps a service's copy of the directory fresh: from routing's whole answer and from the topic of changes.
 * Until the whole has come once the copy stays empty, so that nobody is refused for being unknown yet.
 */
export class DirectoryFeed {
  #subscription: Subscription | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> = Promise.resolve();
  #closed = false;
  /** Changes that came before the whole. */
  #early: DirectoryEntry[] | undefined = [];

  constructor(
    private readonly directory: Directory,
    private readonly platform: Platform,
  ) {}

  /** Resolves once changes are followed; the whole directory comes when routing can be asked. */
  async start(): Promise<void> {
    const { transport, service } = this.platform;
    const options = { group: service };
    this.#subscription = await transport.subscribe(
      TOPICS.directory,
      (records) => this.#changed(records),
      options,
    );
    this.#plan(0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#subscription?.close();
    await this.#asking;
  }

  async #changed(records: readonly InboundRecord[]): Promise<void> {
    const entries = records.map((record) => directoryEntry.parse(JSON.parse(record.body)));
    if (this.#early === undefined) this.directory.upsert(entries);
    else this.#early.push(...entries);
  }

  #plan(waitMs: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#asking = this.#ask();
    }, waitMs);
    this.#timer.unref();
  }

  async #ask(): Promise<void> {
    const { calls, telemetry } = this.platform;
    try {
      this.#take((await calls.call(routingCalls.directory, {})).entries);
    } catch (error) {
      telemetry.log.info({ err: error }, 'the directory cannot be asked for yet');
    }
    this.#plan(this.directory.isEmpty ? RETRY_MS : REFRESH_MS);
  }

  #take(whole: readonly DirectoryEntry[]): void {
    this.directory.upsert(whole);
    if (whole.length === 0) return;
    this.directory.upsert(this.#early ?? []);
    this.#early = undefined;
  }
}
