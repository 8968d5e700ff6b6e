import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What a partner says of the money of a payment beside source and target. */
export class PartnerTerms1769700200000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payment ADD COLUMN partner_terms jsonb');
  }
}
