import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Messages as they came and went, for a door that keeps none yet: those of networks have this table from the beginning. */
export class KeptMessages1772700000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE evidence (
        evidence_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        subject text NOT NULL,
        direction text NOT NULL CHECK (direction IN ('in', 'out')),
        operation text NOT NULL,
        at timestamptz NOT NULL,
        status integer,
        headers json,
        bytes bytea NOT NULL
      );
      CREATE INDEX evidence_subject ON evidence (subject)`);
  }
}
