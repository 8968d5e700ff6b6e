import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What the lines of a statement that was taken are, so that the same again need not be written again; its keys alone are indexed. */
export class StatementDigests1776105000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `ALTER TABLE statement_taken
     -- SHA-256 over the columns that are kept, in the order of the lines.
     ADD COLUMN lines_digest text`,
  'DROP INDEX statement_line_uetr',
  'DROP INDEX statement_line_ref',
  'CREATE INDEX statement_line_uetr ON statement_line (partner, currency, uetr) WHERE uetr IS NOT NULL',
  'CREATE INDEX statement_line_ref ON statement_line (partner, currency, partner_ref) WHERE partner_ref IS NOT NULL',
];
