import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What was agreed with a network before a leg of it was sent. */
export class LegTerms1770900000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE leg_terms (
  leg_key text PRIMARY KEY,
  terms json NOT NULL,
  agreed_at timestamptz NOT NULL
)`);
  }
}
