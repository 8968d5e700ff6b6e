import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What people did is listed in the order of time with the deeds of other services: each has an id that begins with its instant. */
export class Deeds1768200300000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  'ALTER TABLE break_deed ADD COLUMN deed_id uuid',
  `UPDATE break_deed
   SET deed_id = (
     overlay(
       overlay(gen_random_uuid()::text PLACING '7' FROM 15 FOR 1)
       PLACING regexp_replace(
         lpad(to_hex((EXTRACT(EPOCH FROM at) * 1000)::bigint), 12, '0'), '^(.{8})(.{4})$', '\\1-\\2')
       FROM 1 FOR 13)
   )::uuid`,
  'ALTER TABLE break_deed ADD PRIMARY KEY (deed_id)',
  `CREATE INDEX job_run_by_people ON job_run (job_id)
     WHERE operator <> 'schedule'`,
];
