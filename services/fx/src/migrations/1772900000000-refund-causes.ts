import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Of a quote for a refund: why it is made, and what its provider gets where whoever is at fault bears the rate (domain 6.11). */
export class RefundCauses1772900000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE quote ADD COLUMN refund_cause jsonb');
  }
}
