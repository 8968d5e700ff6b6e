import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** By which a statement is known again: one number, one content. */
export class StatementContents1769600000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE statement_head
        ADD COLUMN statement_id text,
        ADD COLUMN created_at timestamptz,
        ADD COLUMN digest text`);
  }
}
