import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** A key of a sandbox can be withdrawn: its row stays, so that nobody registers another key under its id. */
export class SandboxKeysEnd1769300000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sandbox_key
        ADD COLUMN withdrawn_at timestamptz,
        ADD COLUMN withdrawn_by text`);
  }
}
