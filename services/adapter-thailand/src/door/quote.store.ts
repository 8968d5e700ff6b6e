import { Gatherer } from '@tonle/messaging';
import { uuid } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { DoorQuote } from './quote.js';

const GATHER_MS = 10;
const BATCH_MAX = 500;
/** Quotes that this process gave out lately, to spare a read when their payment comes. */
const REMEMBERED_MAX = 20_000;

export const DOOR_QUOTE_SQL = `
  CREATE TABLE door_quote (
    quote_id uuid PRIMARY KEY,
    body json NOT NULL,
    expires_at timestamptz NOT NULL
  )`;

const INSERT_QUOTES = `
  INSERT INTO door_quote (quote_id, body, expires_at)
  SELECT *
  FROM unnest($1::uuid[], $2::json[], $3::timestamptz[])
  ON CONFLICT DO NOTHING`;

/** Quotes that were given at the door; their payments may come to another instance. */
export class QuoteStore {
  private readonly remembered = new Map<string, DoorQuote>();
  private readonly writer: Gatherer<DoorQuote, undefined>;
  private readonly reader: Gatherer<string, DoorQuote | undefined>;

  constructor(private readonly database: Database) {
    this.writer = new Gatherer((batch) => this.insert(batch), { batchMax: BATCH_MAX, lingerMs: GATHER_MS });
    this.reader = new Gatherer((ids) => this.select(ids), { batchMax: BATCH_MAX, lingerMs: GATHER_MS });
  }

  /** Resolves when it is durable. */
  async save(quote: DoorQuote): Promise<void> {
    await this.writer.add(quote);
    this.remembered.set(quote.quoteId, quote);
    if (this.remembered.size > REMEMBERED_MAX) this.remembered.delete(this.remembered.keys().next().value!);
  }

  async find(quoteId: string): Promise<DoorQuote | undefined> {
    // One id that is none would fail the read of everybody else in its batch.
    if (!uuid.safeParse(quoteId).success) return undefined;
    return this.remembered.get(quoteId) ?? (await this.reader.add(quoteId));
  }

  private async insert(batch: readonly DoorQuote[]): Promise<undefined[]> {
    await this.database.query(INSERT_QUOTES, [
      batch.map(({ quoteId }) => quoteId),
      batch.map((quote) => JSON.stringify(quote)),
      batch.map(({ quote }) => quote.expiresAt),
    ]);
    return batch.map(() => undefined);
  }

  private async select(ids: readonly string[]): Promise<(DoorQuote | undefined)[]> {
    const rows = await this.database.query<{ quote_id: string; body: DoorQuote }>(
      'SELECT quote_id, body FROM door_quote WHERE quote_id = ANY ($1::uuid[])',
      [ids],
    );
    const found = new Map(rows.map((row) => [row.quote_id, row.body]));
    return ids.map((id) => found.get(id));
  }
}
