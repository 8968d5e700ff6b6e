import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What a network says of the money of a leg beside its amount. */
export class PartnerTerms1769700000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE leg_answer ADD COLUMN partner_terms jsonb');
  }
}
