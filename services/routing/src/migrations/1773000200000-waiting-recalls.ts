import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

const STATEMENTS = [
  // Its payment was under way when it came; nobody has been asked.
  'ALTER TABLE recall ADD COLUMN waits boolean NOT NULL DEFAULT false',
  `ALTER TABLE recall ADD CHECK (NOT waits OR state <> 'PENDING')`,
  `CREATE INDEX recall_waits ON recall (id) WHERE waits AND state = 'RECEIVED'`,
  'DROP INDEX recall_untold',
  `CREATE INDEX recall_untold ON recall (id)
   WHERE told_state IS DISTINCT FROM state AND NOT (waits AND direction = 'inbound')`,
];

/** Recalls of payments under way wait for how those end (domain 6.11). */
export class WaitingRecalls1773000200000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}
