import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** An instruction that was never sent is withdrawn: its number and ids pass on to another one. */
export class WithdrawnInstructions1775002030000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `ALTER TABLE settlement_instruction
    ADD COLUMN withdrawn_at timestamptz,
    DROP CONSTRAINT settlement_instruction_state_check,
    DROP CONSTRAINT settlement_instruction_bank_message_id_key,
    DROP CONSTRAINT settlement_instruction_bank_currency_sequence_key`,
  `ALTER TABLE settlement_instruction
    ADD CONSTRAINT settlement_instruction_state_check
      CHECK (state IN ('PREPARED', 'SENT', 'ACKNOWLEDGED', 'REJECTED', 'SETTLED', 'SUPERSEDED', 'WITHDRAWN')),
    ADD CONSTRAINT settlement_instruction_withdrawn CHECK ((state = 'WITHDRAWN') = (withdrawn_at IS NOT NULL)),
    ADD CONSTRAINT settlement_instruction_never_sent CHECK (state <> 'WITHDRAWN' OR sent_at IS NULL)`,
  `CREATE UNIQUE INDEX settlement_instruction_message ON settlement_instruction (bank, message_id) WHERE state <> 'WITHDRAWN'`,
  `CREATE UNIQUE INDEX settlement_instruction_sequence ON settlement_instruction (bank, currency, sequence)
    WHERE state <> 'WITHDRAWN'`,
  `ALTER TABLE settlement_instruction_line
    ADD COLUMN withdrawn_at timestamptz,
    DROP CONSTRAINT settlement_instruction_line_end_to_end_id_key`,
  `CREATE UNIQUE INDEX settlement_instruction_line_end_to_end ON settlement_instruction_line (end_to_end_id)
    WHERE withdrawn_at IS NULL`,
];
