import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** A second amount that a partner tells about the same leg is a break of its own. */
export class BreaksTold1769400000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payment_break
        ADD COLUMN told text NOT NULL GENERATED ALWAYS AS (
          coalesce(evidence -> 'amount' ->> 'currency', '') || ' ' || coalesce(evidence -> 'amount' ->> 'minor', '')
        ) STORED,
        DROP CONSTRAINT payment_break_payment_id_type_leg_key;
      CREATE UNIQUE INDEX payment_break_told ON payment_break (payment_id, type, leg, told)`);
  }
}
