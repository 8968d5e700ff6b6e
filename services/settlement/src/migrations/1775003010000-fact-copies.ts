import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What other services tell for reports, with all that it ever was here. */
export class FactCopies1775003010000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  // Each version as long as it was known; never changed but for its end. What is gone has no version that has not ended.
  `CREATE TABLE fact (
    source text NOT NULL,
    service text NOT NULL,
    id text COLLATE "C" NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    known_from timestamptz NOT NULL,
    known_until timestamptz,
    body jsonb NOT NULL,
    PRIMARY KEY (source, service, id, version),
    CHECK (known_until >= known_from)
  )`,
  'CREATE UNIQUE INDEX fact_known ON fact (source, service, id) WHERE known_until IS NULL',
  `CREATE TABLE fact_copy (
    source text NOT NULL,
    service text NOT NULL,
    -- The place behind what was copied; empty: it begins.
    place text,
    -- Everything up to here is copied.
    sealed_up_to timestamptz,
    copied_at timestamptz,
    -- When it last began at the first fact, and what it has copied since.
    begun_at timestamptz,
    facts bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source, service)
  )`,
];
