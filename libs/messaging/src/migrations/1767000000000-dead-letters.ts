import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Records that could not be handled or not be sent, for people who look and send them again. */
export class DeadLetters1767000000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE dead_letter (
        -- The consumer group that could not handle it; \`outbox\` for what could not be sent.
        reader text NOT NULL,
        topic text NOT NULL,
        message_id text NOT NULL,
        key text NOT NULL,
        type text NOT NULL,
        body text NOT NULL,
        traceparent text,
        position text NOT NULL,
        cause text NOT NULL,
        attempts integer NOT NULL,
        first_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        last_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (reader, topic, message_id)
      )`);
  }
}
