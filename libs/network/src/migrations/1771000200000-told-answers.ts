import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Answers that a network has again when it asks the same again. */
export class ToldAnswers1771000200000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `CREATE TABLE told_answer (
     name text PRIMARY KEY,
     content_hash bytea NOT NULL,
     reply json NOT NULL,
     at timestamptz NOT NULL DEFAULT clock_timestamp()
   )`,
  'CREATE INDEX told_answer_at ON told_answer (at)',
];
