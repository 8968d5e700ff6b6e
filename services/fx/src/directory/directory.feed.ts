import { directoryEntry, routingCalls, type Directory } from '@tonle/payment';
import { TOPICS, type EventTransport, type InboundRecord, type ServiceCalls, type Subscription } from '@tonle/messaging';

const RETRY_MS = 500;
/** Another instance of this service may have been given a change; asking again finds it. */
const REFRESH_MS = 15_000;

/** Keeps this service's copy of the directory fresh: from routing's whole answer and from the topic of changes. */
export class DirectoryFeed {
  #subscription: Subscription | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(
    private readonly directory: Directory,
    private readonly calls: ServiceCalls,
    private readonly transport: EventTransport,
    private readonly group: string,
  ) {}

  /** Resolves once changes are followed; the whole directory comes when routing can be asked. */
  async start(): Promise<void> {
    this.#subscription = await this.transport.subscribe(TOPICS.directory, (records) => this.#changed(records), {
      group: this.group,
    });
    this.#plan(0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#subscription?.close();
    await this.#asking;
  }

  async #changed(records: readonly InboundRecord[]): Promise<void> {
    this.directory.upsert(records.map((record) => directoryEntry.parse(JSON.parse(record.body))));
  }

  #plan(waitMs: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#asking = this.#ask();
    }, waitMs);
    this.#timer.unref();
  }

  async #ask(): Promise<void> {
    try {
      this.directory.upsert((await this.calls.call(routingCalls.directory, {})).entries);
    } catch {
      // Routing may come up later; until then quotes are answered with "later".
    }
    this.#plan(this.directory.isEmpty ? RETRY_MS : REFRESH_MS);
  }
}
