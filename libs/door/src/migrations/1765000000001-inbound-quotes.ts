import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Quotes for payers abroad: made anew, or the table that an adapter had for them under another name. */
export class InboundQuotes1765000000001 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE IF EXISTS door_quote RENAME CONSTRAINT door_quote_pkey TO inbound_quote_pkey;
      ALTER TABLE IF EXISTS door_quote RENAME TO inbound_quote;
      CREATE TABLE IF NOT EXISTS inbound_quote (
        quote_id uuid PRIMARY KEY,
        body json NOT NULL,
        expires_at timestamptz NOT NULL
      );`);
  }
}
