import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Breaks of payments stand with those of statements, have owners, and keep what people did with them. */
export class Breaks1764000640000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `ALTER TABLE settlement_break
     ADD COLUMN source text NOT NULL DEFAULT 'statement' CHECK (source IN ('statement', 'payment')),
     ADD COLUMN owner text`,
  `CREATE TABLE break_deed (
    break_id uuid NOT NULL REFERENCES settlement_break,
    at timestamptz NOT NULL,
    deed text NOT NULL,
    operator text NOT NULL,
    reason text NOT NULL,
    owner text
  )`,
  'CREATE INDEX break_deed_break ON break_deed (break_id, at)',
];
