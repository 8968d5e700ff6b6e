import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** A copy of routing's transfers, with what proves it and what makes a balance of any instant cheap. */
export class LedgerCopy1774001030000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  // Numbered as in routing.
  `CREATE TABLE ledger_account (
    account_id integer PRIMARY KEY,
    code text NOT NULL UNIQUE,
    kind text NOT NULL,
    owner text NOT NULL,
    currency text NOT NULL
  )`,
  `CREATE TABLE ledger_transfer (
    chain_id uuid NOT NULL,
    kind text NOT NULL,
    debit integer NOT NULL,
    credit integer NOT NULL,
    minor bigint NOT NULL CHECK (minor > 0),
    reference text,
    at timestamptz NOT NULL,
    PRIMARY KEY (chain_id, kind)
  )`,
  // Rows come in the order of their time.
  'CREATE INDEX ledger_transfer_at ON ledger_transfer USING brin (at) WITH (pages_per_range = 32)',
  // All that an account had moved by the end of a day (UTC) on which it moved.
  `CREATE TABLE ledger_checkpoint (
    account_id integer NOT NULL,
    day date NOT NULL,
    debits bigint NOT NULL,
    credits bigint NOT NULL,
    PRIMARY KEY (account_id, day)
  )`,
  // Spans that were held against routing.
  `CREATE TABLE ledger_proof (
    from_at timestamptz PRIMARY KEY,
    until_at timestamptz NOT NULL,
    transfers integer NOT NULL,
    digest text NOT NULL,
    -- How the copy differed when it was looked at last; empty: it is the same.
    difference text,
    proven_at timestamptz NOT NULL
  )`,
  // One row: how far the copy has come. Everything before copied_up_to is here, before proven_up_to it is proven.
  `CREATE TABLE ledger_copy (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    copied_up_to timestamptz,
    proven_up_to timestamptz,
    checkpointed_day date
  )`,
  'INSERT INTO ledger_copy DEFAULT VALUES',
];
