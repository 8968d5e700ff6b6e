import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What was answered to messages that were refused, until none of them can be on its way any more. */
export class RefusedMessages1768100000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE refused_message (
        sender text NOT NULL,
        message_id text NOT NULL,
        content_hash bytea NOT NULL,
        refusal jsonb NOT NULL,
        refused_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (sender, message_id, content_hash)
      );
      CREATE INDEX refused_message_at ON refused_message (refused_at)`);
  }
}
