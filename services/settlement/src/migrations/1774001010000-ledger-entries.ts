import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What settlement has routing book, until routing has answered, and what it answered. */
export class LedgerEntries1774001010000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `CREATE TABLE ledger_entry (
    entry_id text PRIMARY KEY,
    kind text NOT NULL,
    currency text NOT NULL,
    debit text NOT NULL,
    credit text NOT NULL,
    minor bigint NOT NULL CHECK (minor > 0),
    line_id text,
    part integer,
    approval_id uuid,
    reason text,
    state text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'booked', 'refused')),
    -- Why it was refused, or could not be asked for.
    detail text,
    due_at timestamptz NOT NULL,
    booked_at timestamptz,
    CHECK ((line_id IS NULL) = (part IS NULL)),
    CHECK ((state = 'booked') = (booked_at IS NOT NULL))
  )`,
  `CREATE INDEX ledger_entry_open ON ledger_entry (due_at, entry_id) WHERE state <> 'booked'`,
  // Each part of a bank line moves money once (I17).
  'CREATE UNIQUE INDEX ledger_entry_line ON ledger_entry (line_id, part) WHERE line_id IS NOT NULL',
];
