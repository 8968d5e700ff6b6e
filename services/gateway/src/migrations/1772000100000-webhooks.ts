import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Where participants are told of their events, and how that went. */
export class Webhooks1772000100000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhook_endpoint (
        endpoint_id uuid PRIMARY KEY,
        participant text NOT NULL,
        url text NOT NULL,
        format text NOT NULL,
        -- Empty: all.
        types text[] NOT NULL,
        description text NOT NULL,
        state text NOT NULL CHECK (state IN ('active', 'disabled', 'deleted')),
        disabled_because text,
        disabled_at timestamptz,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        -- The feed of its participant has been dealt with up to here.
        position bigint NOT NULL,
        -- The key of this number signs; until then the one before it does, too.
        key_number integer NOT NULL DEFAULT 1,
        previous_until timestamptz,
        -- Rounds in which nothing was taken, since the last that was.
        failures integer NOT NULL DEFAULT 0,
        failing_since timestamptz,
        rest_until timestamptz,
        taken_at timestamptz,
        -- Who sends now, by the database's clock.
        lease uuid,
        leased_until timestamptz
      );
      CREATE INDEX webhook_endpoint_participant ON webhook_endpoint (participant);
      CREATE UNIQUE INDEX webhook_endpoint_url ON webhook_endpoint (participant, url, format)
        WHERE state <> 'deleted';
      CREATE TABLE webhook_delivery (
        endpoint_id uuid NOT NULL,
        -- Of the notice in the feed of the endpoint's participant.
        position bigint NOT NULL,
        payment_id uuid,
        state text NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
        attempts jsonb NOT NULL,
        -- The first attempt since it was to be sent, or to be sent again.
        first_at timestamptz,
        due_at timestamptz,
        noticed_at timestamptz NOT NULL,
        PRIMARY KEY (endpoint_id, position)
      );
      CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, due_at) WHERE state = 'pending';
      CREATE INDEX webhook_delivery_order ON webhook_delivery (endpoint_id, payment_id, position)
        WHERE state = 'pending';
      CREATE INDEX webhook_delivery_failed ON webhook_delivery (endpoint_id, position) WHERE state = 'failed';
      CREATE INDEX webhook_delivery_age ON webhook_delivery USING brin (noticed_at)`);
  }
}
