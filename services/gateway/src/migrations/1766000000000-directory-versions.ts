import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/**
 * The copy of the directory keeps every version, as routing's table does. What it held is dropped: routing is asked for
 * the whole again.
 */
export class DirectoryVersions1766000000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE directory_entry;
      CREATE TABLE directory_entry (
        sequence bigint GENERATED ALWAYS AS IDENTITY,
        kind text NOT NULL,
        id text NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        ended boolean NOT NULL DEFAULT false,
        body jsonb NOT NULL,
        source text NOT NULL,
        changed_at timestamptz NOT NULL,
        changed_by text NOT NULL,
        change_reason text NOT NULL,
        PRIMARY KEY (kind, id, version)
      );
      CREATE INDEX directory_entry_sequence ON directory_entry (sequence)`);
  }
}
