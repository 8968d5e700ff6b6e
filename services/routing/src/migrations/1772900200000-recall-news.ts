import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

const STATEMENTS = [
  // The state that banks have been told of; and until when the money of an accepted one comes.
  'ALTER TABLE recall ADD COLUMN told_state text, ADD COLUMN money_due_at timestamptz',
  'UPDATE recall SET told_state = state',
  'CREATE INDEX recall_untold ON recall (id) WHERE told_state IS DISTINCT FROM state',
  `CREATE INDEX recall_money_due ON recall (money_due_at) WHERE money_due_at IS NOT NULL`,
];

/** Recalls are told of, and the money of accepted ones is waited for (domain 6.11). */
export class RecallNews1772900200000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}
