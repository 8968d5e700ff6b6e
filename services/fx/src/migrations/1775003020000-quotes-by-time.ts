import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Quotes by time, for what reports sum up by the hour. Rows come in that order: a block range is a span, next to nothing to keep for who asks. */
export class QuotesByTime1775003020000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX quote_issued_at ON quote USING brin (issued_at) WITH (pages_per_range = 32)',
    );
  }
}
