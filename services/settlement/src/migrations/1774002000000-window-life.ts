import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What follows a window's netting: value date, approval, instructions to banks, what bank lines covered, finalisation files. */
export class WindowLife1774002000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `ALTER TABLE settlement_window
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN value_date date,
    -- Versions of the calendars that the value date was planned by, by their ids; apart, that of the home network.
    ADD COLUMN value_calendars jsonb,
    ADD COLUMN home_calendar_version integer,
    ADD COLUMN netted_at timestamptz,
    ADD COLUMN approval_id uuid,
    ADD COLUMN approved_at timestamptz,
    ADD COLUMN instructed_at timestamptz,
    ADD COLUMN settled_at timestamptz,
    ADD COLUMN finalised_at timestamptz,
    ADD COLUMN failed_reason text,
    ADD COLUMN disputed boolean NOT NULL DEFAULT false,
    ADD COLUMN dispute_reason text,
    ADD COLUMN participants_removed text[] NOT NULL DEFAULT '{}'`,
  `CREATE INDEX settlement_window_unsettled ON settlement_window (state)
    WHERE state IN ('NETTED', 'APPROVED', 'INSTRUCTED', 'FAILED')`,
  `CREATE TABLE window_left_out (
    window_id text NOT NULL REFERENCES settlement_window,
    removed text NOT NULL,
    counterparty text NOT NULL,
    -- Of the one removed, towards the counterparty: positive, it is owed; negative, it owes. Stays on their positions.
    net_minor bigint NOT NULL,
    PRIMARY KEY (window_id, removed, counterparty)
  )`,
  `CREATE TABLE instruction_sequence (
    bank text NOT NULL,
    currency text NOT NULL,
    last integer NOT NULL CHECK (last > 0),
    PRIMARY KEY (bank, currency)
  )`,
  `CREATE TABLE settlement_instruction (
    instruction_id uuid PRIMARY KEY,
    bank text NOT NULL,
    currency text NOT NULL,
    -- Null for the file of a window without anything to pay: it is sent to nobody.
    sequence integer,
    window_id text NOT NULL REFERENCES settlement_window,
    attempt integer NOT NULL,
    format text NOT NULL CHECK (format IN ('pacs.009', 'pain.001', 'csv')),
    message_id text NOT NULL,
    value_date date NOT NULL,
    bytes bytea NOT NULL,
    sha256 text NOT NULL,
    signature text,
    line_count integer NOT NULL,
    pay_in_minor bigint NOT NULL,
    pay_out_minor bigint NOT NULL,
    made_by text NOT NULL,
    state text NOT NULL CHECK (state IN ('PREPARED', 'SENT', 'ACKNOWLEDGED', 'REJECTED', 'SETTLED', 'SUPERSEDED')),
    prepared_at timestamptz NOT NULL,
    sent_at timestamptz,
    acknowledged_at timestamptz,
    rejected_at timestamptz,
    settled_at timestamptz,
    detail text,
    UNIQUE (bank, message_id),
    UNIQUE (bank, currency, sequence),
    UNIQUE (window_id, attempt),
    CHECK (sequence IS NOT NULL OR line_count = 0)
  )`,
  `CREATE INDEX settlement_instruction_open ON settlement_instruction (bank, currency, sequence)
    WHERE state IN ('PREPARED', 'SENT', 'ACKNOWLEDGED')`,
  `CREATE TABLE settlement_instruction_line (
    instruction_id uuid NOT NULL REFERENCES settlement_instruction,
    line_no integer NOT NULL,
    window_id text NOT NULL REFERENCES settlement_window,
    participant text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('pay_in', 'pay_out')),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    end_to_end_id text NOT NULL UNIQUE CHECK (length(end_to_end_id) <= 35),
    uetr uuid NOT NULL UNIQUE,
    covered_minor bigint NOT NULL DEFAULT 0 CHECK (covered_minor BETWEEN 0 AND amount_minor),
    covered_at timestamptz,
    PRIMARY KEY (instruction_id, line_no),
    UNIQUE (instruction_id, participant)
  )`,
  'CREATE INDEX settlement_instruction_line_window ON settlement_instruction_line (window_id, participant)',
  `CREATE TABLE instruction_coverage (
    -- A part of a line of the bank, or the entry by which people covered it.
    source text PRIMARY KEY,
    line_id text,
    part integer,
    approval_id uuid,
    instruction_id uuid NOT NULL,
    line_no integer NOT NULL,
    minor bigint NOT NULL CHECK (minor > 0),
    value_date date,
    covered_at timestamptz NOT NULL,
    FOREIGN KEY (instruction_id, line_no) REFERENCES settlement_instruction_line,
    CHECK (num_nonnulls(line_id, approval_id) = 1)
  )`,
  'CREATE INDEX instruction_coverage_line ON instruction_coverage (instruction_id, line_no)',
  `CREATE TABLE window_entry (
    entry_id text PRIMARY KEY,
    window_id text NOT NULL REFERENCES settlement_window,
    booked_at timestamptz
  )`,
  'CREATE INDEX window_entry_window ON window_entry (window_id)',
  `CREATE TABLE settlement_finalisation (
    finalisation_id uuid PRIMARY KEY,
    -- Null where the file names none that there is, or cannot be read.
    window_id text REFERENCES settlement_window,
    instruction_id uuid REFERENCES settlement_instruction,
    sha256 text NOT NULL UNIQUE,
    bytes bytea NOT NULL,
    -- What speaks against it: none of the first kind, and each of the second acknowledged, when it is posted.
    refusals jsonb NOT NULL,
    warnings jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('REFUSED', 'PROVEN', 'POSTED')),
    approval_id uuid,
    taken_by text NOT NULL,
    taken_at timestamptz NOT NULL,
    posted_at timestamptz
  )`,
  'CREATE INDEX settlement_finalisation_window ON settlement_finalisation (window_id)',
  `CREATE UNIQUE INDEX settlement_finalisation_posted ON settlement_finalisation (window_id) WHERE state = 'POSTED'`,
];
