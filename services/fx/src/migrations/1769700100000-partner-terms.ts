import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Which way a quote pays, and what the partner had said of the money when it was issued. */
export class PartnerTerms1769700100000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE quote
        ADD COLUMN direction text CHECK (direction IN ('outbound', 'inbound')),
        ADD COLUMN partner_terms jsonb`);
  }
}
