import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What was booked beside payments, with the bank line or the approval that proves it. */
export class BookedEntries1774001000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `CREATE TABLE booked_entry (
    entry_id text PRIMARY KEY,
    -- Its transfer.
    chain_id uuid NOT NULL UNIQUE,
    kind text NOT NULL,
    currency text NOT NULL,
    debit text NOT NULL,
    credit text NOT NULL,
    minor bigint NOT NULL CHECK (minor > 0),
    line_id text,
    part integer,
    approval_id uuid,
    reason text,
    at timestamptz NOT NULL,
    CHECK ((line_id IS NULL) = (part IS NULL))
  )`,
  // Each part of a bank line moves money once (I17).
  'CREATE UNIQUE INDEX booked_entry_line ON booked_entry (line_id, part) WHERE line_id IS NOT NULL',
];
