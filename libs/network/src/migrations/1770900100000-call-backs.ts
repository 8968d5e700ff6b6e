import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Answers of a network that came to another instance than the one that had asked. */
export class CallBacks1770900100000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `CREATE TABLE call_back (
     call_back_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     key text NOT NULL,
     bytes bytea NOT NULL,
     headers json NOT NULL,
     at timestamptz NOT NULL DEFAULT clock_timestamp()
   )`,
  'CREATE INDEX call_back_key ON call_back (key)',
  'CREATE INDEX call_back_at ON call_back (at)',
];
