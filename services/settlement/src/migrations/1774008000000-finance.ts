import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Days and months of the books with their checklists and reports, FX positions with their reference rates, invoices. */
export class Finance1774008000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `CREATE TABLE accounting_period (
    -- 2026-11-28, or 2026-11
    period text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('day', 'month')),
    state text NOT NULL CHECK (state IN ('open', 'closed')),
    -- How often it was closed.
    version integer NOT NULL
  )`,
  // Whoever closes or reopens holds this row: two at a time would each find the other's day missing.
  `CREATE TABLE close_turn (turn integer PRIMARY KEY CHECK (turn = 1), taken bigint NOT NULL DEFAULT 0)`,
  'INSERT INTO close_turn (turn) VALUES (1)',
  `CREATE TABLE close_report (
    period text NOT NULL REFERENCES accounting_period,
    version integer NOT NULL,
    report text NOT NULL,
    sha256 text NOT NULL UNIQUE,
    closed_at timestamptz NOT NULL,
    operator text NOT NULL,
    participant text NOT NULL,
    reason text NOT NULL,
    -- Of one that a later version takes the place of.
    reopened_at timestamptz,
    approval_id uuid,
    PRIMARY KEY (period, version)
  )`,
  `CREATE TABLE close_note (
    note_id uuid PRIMARY KEY,
    period text NOT NULL,
    step text NOT NULL,
    finding_sha256 text NOT NULL,
    note text NOT NULL,
    operator text NOT NULL,
    participant text NOT NULL,
    noted_at timestamptz NOT NULL
  )`,
  'CREATE INDEX close_note_period ON close_note (period, note_id)',
  `CREATE TABLE reference_rate (
    day date NOT NULL,
    source_currency text NOT NULL,
    target_currency text NOT NULL,
    rate text NOT NULL,
    source text NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (day, source_currency, target_currency)
  )`,
  `CREATE TABLE fx_position_day (
    day date NOT NULL,
    provider text NOT NULL,
    corridor text NOT NULL,
    base text NOT NULL,
    counter text NOT NULL,
    quantity_minor numeric NOT NULL,
    cost_minor numeric NOT NULL,
    earned_minor numeric NOT NULL,
    unrealised_minor numeric NOT NULL,
    PRIMARY KEY (day, provider, corridor, base, counter)
  )`,
  `CREATE TABLE invoice_series (
    series text NOT NULL,
    year text NOT NULL,
    last integer NOT NULL,
    PRIMARY KEY (series, year)
  )`,
  `CREATE TABLE invoice (
    number text PRIMARY KEY,
    series text NOT NULL CHECK (series IN ('INV', 'CRN', 'PAY')),
    year text NOT NULL,
    sequence integer NOT NULL,
    side text NOT NULL CHECK (side IN ('receivable', 'payable')),
    counterparty text NOT NULL,
    currency text NOT NULL,
    month text NOT NULL,
    amount_minor bigint NOT NULL,
    due_on date NOT NULL,
    issued_at timestamptz NOT NULL,
    operator text NOT NULL,
    UNIQUE (series, year, sequence),
    UNIQUE (month, side, counterparty, currency)
  )`,
  'CREATE INDEX invoice_counterparty ON invoice (counterparty, currency, side, month)',
  `CREATE TABLE invoice_line (
    number text NOT NULL REFERENCES invoice,
    line_no integer NOT NULL,
    fee_type text NOT NULL,
    corridor text NOT NULL,
    count integer NOT NULL,
    amount_minor bigint NOT NULL,
    PRIMARY KEY (number, line_no)
  )`,
];
