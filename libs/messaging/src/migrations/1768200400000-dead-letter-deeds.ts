import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Dead letters are replayed or discarded by people, and what these did is kept with who and why. */
export class DeadLetterDeeds1768200400000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE dead_letter
        ADD COLUMN letter_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
        ADD COLUMN headers json NOT NULL DEFAULT '{}',
        -- Null while nobody has decided.
        ADD COLUMN decision text CHECK (decision IN ('replayed', 'discarded'));
      CREATE INDEX dead_letter_open ON dead_letter (last_at) WHERE decision IS NULL;
      CREATE TABLE dead_letter_deed (
        deed_id uuid PRIMARY KEY,
        letter_id uuid NOT NULL,
        at timestamptz NOT NULL,
        operator text NOT NULL,
        deed text NOT NULL,
        reason text NOT NULL
      )`);
  }
}
