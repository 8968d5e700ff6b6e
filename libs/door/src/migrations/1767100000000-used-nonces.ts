import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Which signatures were used, until they are too old to be accepted. */
export class UsedNonces1767100000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE used_nonce (
        key_id text NOT NULL,
        nonce text NOT NULL,
        keep_until timestamptz NOT NULL,
        used_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (key_id, nonce)
      )`);
  }
}
