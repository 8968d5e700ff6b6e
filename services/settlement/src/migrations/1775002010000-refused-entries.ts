import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Entries that the ledger refused are tried again, or given up. */
export class RefusedEntries1775002010000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `ALTER TABLE ledger_entry
    -- When it was refused last; stays when it is booked after all.
    ADD COLUMN refused_at timestamptz,
    ADD COLUMN given_up_at timestamptz,
    ADD COLUMN given_up_by uuid,
    DROP CONSTRAINT ledger_entry_state_check`,
  "UPDATE ledger_entry SET refused_at = due_at WHERE state = 'refused'",
  `ALTER TABLE ledger_entry
    ADD CONSTRAINT ledger_entry_state_check CHECK (state IN ('due', 'booked', 'refused', 'given_up')),
    ADD CONSTRAINT ledger_entry_given_up CHECK ((state = 'given_up') = (given_up_at IS NOT NULL AND given_up_by IS NOT NULL))`,
  'DROP INDEX ledger_entry_open',
  `CREATE INDEX ledger_entry_open ON ledger_entry (due_at, entry_id) WHERE state IN ('due', 'refused')`,
];
