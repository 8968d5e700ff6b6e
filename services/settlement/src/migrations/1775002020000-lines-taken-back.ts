import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** A bank takes a line back by another line: what each part of the first had done is undone by a part of the second. */
export class LinesTakenBack1775002020000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `ALTER TABLE bank_allocation
    ADD COLUMN reverses_line text,
    ADD COLUMN reverses_part integer,
    ADD FOREIGN KEY (reverses_line, reverses_part) REFERENCES bank_allocation,
    DROP CONSTRAINT bank_allocation_target_check`,
  `ALTER TABLE bank_allocation
    ADD CONSTRAINT bank_allocation_target_check
      CHECK (target IN ('instruction_line', 'prefund', 'rail', 'return', 'suspense', 'fee', 'reversal')),
    ADD CONSTRAINT bank_allocation_reversal CHECK ((target = 'reversal') = (num_nonnulls(reverses_line, reverses_part) = 2))`,
  // Nothing is undone twice.
  `CREATE UNIQUE INDEX bank_allocation_reverses ON bank_allocation (reverses_line, reverses_part)
    WHERE reverses_line IS NOT NULL`,
  `CREATE INDEX bank_line_amount ON bank_line (bank, currency, amount_minor)`,
  // It stays, as it was, and no longer counts.
  `ALTER TABLE instruction_coverage
    ADD COLUMN taken_back_at timestamptz,
    ADD COLUMN taken_back_by text,
    ADD CHECK (num_nonnulls(taken_back_at, taken_back_by) IN (0, 2))`,
  `ALTER TABLE suspense_move
    DROP CONSTRAINT suspense_move_action_check,
    ADD CONSTRAINT suspense_move_action_check
      CHECK (action IN ('to_window', 'to_prefund', 'send_back', 'keep', 'write_off', 'returned', 'taken_back'))`,
];
