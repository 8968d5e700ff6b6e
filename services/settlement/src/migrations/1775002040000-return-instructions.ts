import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Money in suspense goes back by an instruction of its own, which is of no window. */
export class ReturnInstructions1775002040000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `ALTER TABLE settlement_instruction
    ALTER COLUMN window_id DROP NOT NULL,
    ADD COLUMN item_id uuid REFERENCES suspense_item,
    ADD CONSTRAINT settlement_instruction_purpose CHECK (num_nonnulls(window_id, item_id) = 1),
    ADD UNIQUE (item_id, attempt)`,
];
