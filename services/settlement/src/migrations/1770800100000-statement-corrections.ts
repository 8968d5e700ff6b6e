import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What an operator proposes to read in place of files that were taken, and what another one said to it. */
export class StatementCorrections1770800100000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE statement_correction (
        correction_id uuid PRIMARY KEY,
        partner text NOT NULL,
        currency text NOT NULL,
        day date NOT NULL,
        contents json NOT NULL,
        reason text NOT NULL,
        operator text NOT NULL,
        participant text NOT NULL,
        proposed_at timestamptz NOT NULL,
        verdict text CHECK (verdict IN ('approve', 'reject')),
        verdict_id uuid,
        verdict_operator text,
        verdict_reason text,
        decided_at timestamptz,
        CHECK (num_nulls(verdict, verdict_id, verdict_operator, verdict_reason, decided_at) IN (0, 5))
      );
      CREATE UNIQUE INDEX statement_correction_open ON statement_correction (partner, currency, day)
        WHERE verdict IS NULL`);
  }
}
