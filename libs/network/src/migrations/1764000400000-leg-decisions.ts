import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What two operators have found about a leg that no answer ended (domain 6.16). */
export class LegDecisions1764000400000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE leg_decision (
  leg_key text PRIMARY KEY,
  leg text NOT NULL CHECK (leg IN ('debit', 'credit', 'reversal')),
  paid boolean NOT NULL,
  partner_ref text,
  currency text NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  proposal_id uuid NOT NULL,
  at timestamptz NOT NULL
)`);
  }
}
