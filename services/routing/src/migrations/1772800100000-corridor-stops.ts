import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Corridors that the auditor has stopped, each with what it found; and who let them go on. */
export class CorridorStops1772800100000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE corridor_stop (
        id uuid PRIMARY KEY,
        corridor text NOT NULL,
        service text NOT NULL,
        invariant text NOT NULL,
        -- What of: a payment, or a currency.
        about text NOT NULL,
        what text NOT NULL,
        found_at timestamptz NOT NULL,
        resumed_at timestamptz,
        resumed_by text,
        -- Not found any more; found again it is another one.
        gone_at timestamptz,
        CHECK ((resumed_at IS NULL) = (resumed_by IS NULL))
      );
      CREATE UNIQUE INDEX corridor_stop_found ON corridor_stop (corridor, service, invariant, about)
        WHERE gone_at IS NULL;
      CREATE INDEX corridor_stop_open ON corridor_stop (corridor)
        WHERE resumed_at IS NULL`);
  }
}
