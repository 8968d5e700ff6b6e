import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Keys that participants of a sandbox register for themselves; in production it stays empty and is not read. */
export class SandboxKeys1768200200000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sandbox_key (
        key_id text PRIMARY KEY,
        participant text NOT NULL,
        algorithm text NOT NULL,
        public_key_pem text NOT NULL,
        valid_from timestamptz NOT NULL,
        valid_to timestamptz NOT NULL,
        registered_by text NOT NULL
      );
      CREATE INDEX sandbox_key_participant ON sandbox_key (participant)`);
  }
}
