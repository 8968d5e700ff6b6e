import { uuid } from '@tonle/contracts';
import { Gatherer } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { InboundQuote } from './inbound-quote.js';

const GATHER_MS = 10;
const BATCH_MAX = 500;
/** Quotes that this process gave out lately, to spare a read when their payment comes. */
const REMEMBERED_MAX = 20_000;

const INSERT = `
  INSERT INTO inbound_quote (quote_id, body, expires_at)
  SELECT *
  FROM unnest($1::uuid[], $2::json[], $3::timestamptz[])
  ON CONFLICT DO NOTHING`;

const SELECT = `
  SELECT quote_id, body
  FROM inbound_quote
  WHERE quote_id = ANY ($1::uuid[])`;

/** Quotes that were given to payers abroad; their payments may come to another instance. */
export class InboundQuoteStore {
  private readonly remembered = new Map<string, InboundQuote>();
  private readonly writer: Gatherer<InboundQuote, undefined>;
  private readonly reader: Gatherer<string, InboundQuote | undefined>;

  constructor(private readonly database: Database) {
    this.writer = new Gatherer((batch) => this.insert(batch), { batchMax: BATCH_MAX, lingerMs: GATHER_MS });
    this.reader = new Gatherer((ids) => this.select(ids), { batchMax: BATCH_MAX, lingerMs: GATHER_MS });
  }

  /** Resolves when it is durable. */
  async save(quote: InboundQuote): Promise<void> {
    await this.writer.add(quote);
    this.remembered.set(quote.quoteId, quote);
    if (this.remembered.size > REMEMBERED_MAX) this.remembered.delete(this.remembered.keys().next().value!);
  }

  /** Undefined when there is none; reads that come together are one. */
  async find(quoteId: string): Promise<InboundQuote | undefined> {
    // One id that is none would fail the read of everybody else in its batch.
    if (!uuid.safeParse(quoteId).success) return undefined;
    return this.remembered.get(quoteId) ?? (await this.reader.add(quoteId));
  }

  private async insert(batch: readonly InboundQuote[]): Promise<undefined[]> {
    await this.database.query(INSERT, [
      batch.map(({ quoteId }) => quoteId),
      batch.map((quote) => JSON.stringify(quote)),
      batch.map(({ quote }) => quote.expiresAt),
    ]);
    return batch.map(() => undefined);
  }

  private async select(ids: readonly string[]): Promise<(InboundQuote | undefined)[]> {
    const rows = await this.database.query<{ quote_id: string; body: InboundQuote }>(SELECT, [ids]);
    const found = new Map(rows.map((row) => [row.quote_id, row.body]));
    return ids.map((id) => found.get(id));
  }
}
