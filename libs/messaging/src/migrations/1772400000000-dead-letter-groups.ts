import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Dead letters of one cause are a group, which people redrive or discard together. */
export class DeadLetterGroups1772400000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The cause without what differs from letter to letter: ids and numbers.
      ALTER TABLE dead_letter ADD COLUMN cause_class text NOT NULL GENERATED ALWAYS AS (
        regexp_replace(left(cause, 300),
          '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,}|\\m[0-9]+\\M', '…', 'g')) STORED;
      ALTER TABLE dead_letter ADD COLUMN group_id text NOT NULL GENERATED ALWAYS AS (
        md5(reader || ' ' || topic || ' ' || type || ' ' || regexp_replace(left(cause, 300),
          '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,}|\\m[0-9]+\\M', '…', 'g'))) STORED;
      CREATE INDEX dead_letter_group ON dead_letter (group_id, first_at) WHERE decision IS NULL;
      -- A deed about a group names the group and says what the letters were.
      ALTER TABLE dead_letter_deed
        ALTER COLUMN letter_id DROP NOT NULL,
        ADD COLUMN group_id text,
        ADD COLUMN detail text,
        ADD CHECK (letter_id IS NOT NULL OR group_id IS NOT NULL);
      CREATE TABLE dead_letter_redrive (
        redrive_id uuid PRIMARY KEY,
        group_id text NOT NULL,
        what text NOT NULL,
        operator text NOT NULL,
        reason text NOT NULL,
        per_second integer NOT NULL CHECK (per_second > 0),
        stop_on_failure boolean NOT NULL,
        -- Letters that have failed or come since are not of this redrive.
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        ended_at timestamptz,
        state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'stopped')),
        total integer NOT NULL,
        replayed integer NOT NULL DEFAULT 0,
        failed integer NOT NULL DEFAULT 0,
        last_failure text,
        stopped_because text,
        -- Whoever works on it has it until then; a process that dies leaves it to the next.
        leased_until timestamptz NOT NULL DEFAULT '-infinity'
      );
      CREATE UNIQUE INDEX dead_letter_redrive_running ON dead_letter_redrive (group_id) WHERE state = 'running';`);
  }
}
