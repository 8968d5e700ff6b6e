import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** A statement is kept by its day, so that a newer one replaces it; a line names our leg where the network does. */
export class Statements1764000630000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  'ALTER TABLE statement_line DROP CONSTRAINT statement_line_pkey',
  'ALTER TABLE statement_line ADD PRIMARY KEY (partner, currency, day, line_id)',
  'CREATE INDEX statement_line_name ON statement_line (partner, currency, line_id)',
  'ALTER TABLE statement_line ADD COLUMN leg_key text',
];
