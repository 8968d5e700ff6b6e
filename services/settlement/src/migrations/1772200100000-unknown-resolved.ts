import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** When the statement of a day was taken last, and which line or days proved what became of a payment. */
export class UnknownResolved1772200100000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `CREATE TABLE statement_taken (
    partner text NOT NULL,
    currency text NOT NULL,
    day date NOT NULL,
    -- When it was asked for: what is booked later may lack in it.
    asked_at timestamptz NOT NULL,
    PRIMARY KEY (partner, currency, day)
  )`,
  'ALTER TABLE settlement_break ADD COLUMN proof jsonb',
  'CREATE INDEX statement_line_leg ON statement_line (partner, currency, leg_key) WHERE leg_key IS NOT NULL',
];
