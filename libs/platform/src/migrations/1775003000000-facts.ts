import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What a service tells settlement for reports: as it stands, in the order in which it came to. */
export class Facts1775003000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  // One row, which gives the places: whoever writes has it until the end of the transaction, so that none comes late.
  `CREATE TABLE told_fact_head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    place bigint NOT NULL
  )`,
  'INSERT INTO told_fact_head (place) VALUES (0)',
  `CREATE TABLE told_fact (
    source text NOT NULL,
    id text COLLATE "C" NOT NULL,
    place bigint NOT NULL,
    changed_at timestamptz NOT NULL,
    -- Empty: it is not so any more.
    body jsonb,
    PRIMARY KEY (source, id)
  )`,
  'CREATE UNIQUE INDEX told_fact_place ON told_fact (source, place)',
  `CREATE TABLE told_fact_source (
    source text PRIMARY KEY,
    gathered_at timestamptz NOT NULL,
    sealed_up_to timestamptz NOT NULL
  )`,
  // Hours that were summed up, and what they looked like then.
  `CREATE TABLE told_fact_hour (
    source text NOT NULL,
    hour timestamptz NOT NULL,
    fingerprint text NOT NULL,
    -- Something of it has not ended.
    is_open boolean NOT NULL,
    looked_at timestamptz NOT NULL,
    PRIMARY KEY (source, hour)
  )`,
  'CREATE INDEX told_fact_hour_open ON told_fact_hour (source, looked_at) WHERE is_open',
];
