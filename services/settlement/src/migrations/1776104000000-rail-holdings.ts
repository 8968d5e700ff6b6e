import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What rails say that accounts hold there, beside what the ledger says. */
export class RailHoldings1776104000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const ACCOUNTS = `
  ADD COLUMN from_account text,
  ADD COLUMN to_account text`;

const STATEMENTS = [
  `ALTER TABLE statement_line ${ACCOUNTS}`,
  `ALTER TABLE statement_incoming ${ACCOUNTS}`,
  // Statements of rails whose lines were held against the ledger, by when they were asked for.
  `CREATE TABLE rail_day (
    partner text NOT NULL,
    currency text NOT NULL,
    day date NOT NULL,
    asked_at timestamptz NOT NULL,
    PRIMARY KEY (partner, currency, day)
  )`,
  // Lines that the ledger did not have, or not so, when it was looked at last.
  `CREATE TABLE rail_line_open (
    code text NOT NULL,
    partner text NOT NULL,
    currency text NOT NULL,
    day date NOT NULL,
    line_id text NOT NULL,
    -- Empty: no leg of ours, or another line had it before.
    leg_key text,
    minor bigint NOT NULL,
    PRIMARY KEY (code, partner, currency, day, line_id)
  )`,
  // Of each RAIL account and day that its rail has told; the newest day is looked at again, the others stay.
  `CREATE TABLE rail_holding (
    code text NOT NULL,
    currency text NOT NULL,
    day date NOT NULL,
    account text NOT NULL,
    opening_minor bigint NOT NULL,
    closing_minor bigint NOT NULL,
    -- RAIL without what the rail had not told by the day.
    ledger_minor bigint NOT NULL,
    open_minor bigint NOT NULL,
    open_lines integer NOT NULL,
    looked_at timestamptz NOT NULL,
    PRIMARY KEY (code, day)
  )`,
  `SELECT keep_past_of('rail_holding')`,
  // A settlement bank's line never moves money on a rail.
  `ALTER TABLE bank_allocation
    DROP CONSTRAINT bank_allocation_target_check,
    ADD CONSTRAINT bank_allocation_target_check
      CHECK (target IN ('instruction_line', 'prefund', 'return', 'suspense', 'fee', 'reversal'))`,
];
