import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** One row a lane, one row a record. */
export class Outbox1763990000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox_lane (
        id text PRIMARY KEY,
        -- Who leased it last; the epoch grows with every lease and is checked by every commit.
        owner text NOT NULL,
        epoch bigint NOT NULL CHECK (epoch > 0),
        leased_until timestamptz NOT NULL,
        next_sequence bigint NOT NULL CHECK (next_sequence > 0),
        published_up_to bigint NOT NULL,
        CHECK (published_up_to < next_sequence)
      ) WITH (fillfactor = 50);
      CREATE TABLE outbox (
        lane text NOT NULL,
        sequence bigint NOT NULL,
        topic text NOT NULL,
        key text NOT NULL,
        type text NOT NULL,
        message_id text NOT NULL,
        body text NOT NULL,
        traceparent text,
        PRIMARY KEY (lane, sequence)
      )`);
  }
}
