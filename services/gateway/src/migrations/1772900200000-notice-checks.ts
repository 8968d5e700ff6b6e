import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** How far ends of payments have been compared with routing's, and what of them is still untold. */
export class NoticeChecks1772900200000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE notice_check (
        -- So long after they began payments are compared.
        age_ms bigint PRIMARY KEY,
        checked_until timestamptz NOT NULL
      );
      CREATE TABLE notice_gap (
        -- Of payments that began in between.
        from_at timestamptz NOT NULL,
        until_at timestamptz NOT NULL,
        -- Ended at routing, and told to nobody though routing was asked for them.
        missing integer NOT NULL,
        asked_at timestamptz NOT NULL,
        PRIMARY KEY (from_at, until_at)
      )`);
  }
}
