import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What participants are told, numbered for each of them in the order in which it became visible. */
export class NoticeFeed1772000000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- One row a participant. Who writes notices holds it until the commit: no position appears behind a later one.
      CREATE TABLE notice_feed (
        participant text PRIMARY KEY,
        last bigint NOT NULL,
        -- The last position that was forgotten.
        forgotten bigint NOT NULL DEFAULT 0
      ) WITH (fillfactor = 20);
      CREATE TABLE notice (
        -- Made of what is told to whom: the same is the same row, however often it is heard of.
        notice_id uuid PRIMARY KEY,
        participant text NOT NULL,
        position bigint NOT NULL,
        type text NOT NULL,
        payment_id uuid,
        -- Of the payment: its events in their order.
        version integer,
        data json NOT NULL,
        at timestamptz NOT NULL,
        noticed_at timestamptz NOT NULL,
        CONSTRAINT notice_position UNIQUE (participant, position)
      );
      CREATE INDEX notice_payment ON notice (payment_id) WHERE payment_id IS NOT NULL;
      CREATE INDEX notice_age ON notice USING brin (noticed_at)`);
  }
}
