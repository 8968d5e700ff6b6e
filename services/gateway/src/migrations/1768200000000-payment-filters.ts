import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Senders look for an amount of either side, and for what was settled on a day. */
export class PaymentFilters1768200000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX request_source
        ON request (sender, (submit #>> '{source,currency}'), ((submit #>> '{source,minor}')::bigint));
      CREATE INDEX request_target
        ON request (sender, (submit #>> '{target,currency}'), ((submit #>> '{target,minor}')::bigint));
      CREATE INDEX request_settled ON request (sender, (event #>> '{windows,0,day}'), payment_id DESC)
        WHERE (event #>> '{windows,0,day}') IS NOT NULL`);
  }
}
