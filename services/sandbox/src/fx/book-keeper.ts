import { FxBook, type QuoteEvent } from './fx-book.js';
import type { ParticipantClient } from './participant-client.js';

interface EventPage {
  readonly events: readonly QuoteEvent[];
  readonly next: string;
  readonly more: boolean;
}

/** Keeps a provider's book by its feed of events: what it has not read yet, whenever somebody wants to see the book. */
export class BookKeeper {
  private readonly book = new FxBook();
  private after: string | undefined;
  private reading: Promise<void> = Promise.resolve();

  constructor(
    readonly provider: string,
    private readonly client: ParticipantClient,
  ) {}

  /** The book with all that the provider was told by now. Rejects when the feed cannot be read. */
  async shown(): Promise<object> {
    const read = this.reading.then(() => this.readOn());
    this.reading = read.catch(() => undefined);
    await read;
    return { provider: this.provider, ...this.book.shown() };
  }

  private async readOn(): Promise<void> {
    for (let more = true; more;) {
      const from = this.after === undefined ? '' : `&after=${this.after}`;
      const { status, text } = await this.client.send('GET', `/v1/events?limit=200${from}`);
      if (status !== 200) throw new Error(`${this.provider}: ${status} ${text.slice(0, 500)}`);
      const page = JSON.parse(text) as EventPage;
      for (const event of page.events) this.book.take(event);
      ({ next: this.after, more } = page);
    }
  }
}
