import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Files of a network as they came, and which of them a statement was made of. */
export class PartnerFiles1770100000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `CREATE TABLE partner_file (
     kind text NOT NULL,
     name text NOT NULL,
     sha256 text NOT NULL CHECK (length(sha256) = 64),
     day date NOT NULL,
     bytes bytea NOT NULL,
     fetched_at timestamptz NOT NULL,
     taken_at timestamptz,
     records int CHECK ((records IS NULL) = (taken_at IS NULL)),
     PRIMARY KEY (day, kind, name, sha256)
   )`,
  'CREATE UNIQUE INDEX partner_file_taken ON partner_file (day, kind, name) WHERE taken_at IS NOT NULL',
  // Empty files of different days may be the same; a file that tells of payments is told once.
  `CREATE UNIQUE INDEX partner_file_content ON partner_file (kind, sha256)
   WHERE taken_at IS NOT NULL AND records > 0`,
];
