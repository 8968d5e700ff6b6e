import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What banks told: files, statements, lines, what each line was for; money in suspense; instructions on their way. */
export class BankLines1774004000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `CREATE TABLE bank_account (
    bank text NOT NULL,
    currency text NOT NULL,
    -- The first day that statements are asked of.
    since date NOT NULL,
    -- How the bank answered when it was asked last; null before.
    asked_at timestamptz,
    silent_since timestamptz,
    says text,
    PRIMARY KEY (bank, currency)
  )`,
  `CREATE TABLE bank_statement (
    statement_id uuid PRIMARY KEY,
    bank text NOT NULL,
    currency text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('statement', 'notification')),
    -- The bank's own id of it.
    bank_id text NOT NULL,
    number integer,
    from_day date NOT NULL,
    day date NOT NULL,
    opening_minor bigint,
    closing_minor bigint,
    line_count integer NOT NULL,
    -- Of the file, which may have several statements.
    sha256 text NOT NULL,
    file_no integer NOT NULL,
    format text NOT NULL,
    bytes bytea NOT NULL,
    taken_at timestamptz NOT NULL,
    taken_by text NOT NULL,
    replaces uuid REFERENCES bank_statement UNIQUE,
    UNIQUE (bank, currency, sha256, file_no),
    CHECK (from_day <= day),
    CHECK (kind = 'notification' OR num_nonnulls(opening_minor, closing_minor) = 2)
  )`,
  'CREATE INDEX bank_statement_day ON bank_statement (bank, currency, day)',
  `CREATE TABLE bank_file_refused (
    sha256 text NOT NULL,
    bank text NOT NULL,
    currency text NOT NULL,
    format text NOT NULL,
    bytes bytea NOT NULL,
    faults jsonb NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    taken_by text NOT NULL,
    PRIMARY KEY (bank, currency, sha256)
  )`,
  `CREATE TABLE bank_statement_missing (
    bank text NOT NULL,
    currency text NOT NULL,
    day date NOT NULL,
    since timestamptz NOT NULL,
    cause text NOT NULL,
    PRIMARY KEY (bank, currency, day)
  )`,
  `CREATE TABLE bank_line (
    line_id text PRIMARY KEY,
    -- The statement that has it; until there is one, the notification.
    statement_id uuid NOT NULL REFERENCES bank_statement,
    notification_id uuid REFERENCES bank_statement,
    bank text NOT NULL,
    currency text NOT NULL,
    day date NOT NULL,
    value_date date NOT NULL,
    booked_at text,
    amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
    reversal boolean NOT NULL,
    end_to_end_id text,
    remittance text,
    counterparty text,
    bank_reference text,
    state text NOT NULL DEFAULT 'NEW' CHECK (state IN ('NEW', 'ALLOCATED', 'SUSPENSE')),
    -- What is no longer, or never was, in suspense.
    allocated_minor bigint NOT NULL DEFAULT 0,
    taken_at timestamptz NOT NULL,
    CHECK (sign(allocated_minor) IN (0, sign(amount_minor)) AND abs(allocated_minor) <= abs(amount_minor))
  )`,
  'CREATE INDEX bank_line_day ON bank_line (bank, currency, day)',
  'CREATE INDEX bank_line_statement ON bank_line (statement_id)',
  "CREATE INDEX bank_line_new ON bank_line (bank, currency) WHERE state = 'NEW'",
  `CREATE TABLE bank_allocation (
    line_id text NOT NULL REFERENCES bank_line,
    part integer NOT NULL,
    target text NOT NULL CHECK (target IN ('instruction_line', 'prefund', 'rail', 'return', 'suspense', 'fee')),
    -- End-to-end id, participant, or suspense item.
    target_id text NOT NULL,
    amount_minor bigint NOT NULL,
    entry_id text NOT NULL,
    rule_version integer NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (line_id, part)
  )`,
  'CREATE INDEX bank_allocation_target ON bank_allocation (target, target_id)',
  `CREATE TABLE suspense_item (
    item_id uuid PRIMARY KEY,
    line_id text NOT NULL,
    part integer NOT NULL,
    bank text NOT NULL,
    currency text NOT NULL,
    -- Signed as its line is.
    amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
    open_minor bigint NOT NULL,
    cause text NOT NULL,
    suggestion text,
    -- Local day of the bank on which it came.
    day date NOT NULL,
    -- Under it the bank sends the money back.
    return_reference text UNIQUE,
    version integer NOT NULL DEFAULT 1,
    state text NOT NULL CHECK (state IN ('OPEN', 'RETURNING', 'CLEARED')),
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    UNIQUE (line_id, part),
    FOREIGN KEY (line_id, part) REFERENCES bank_allocation,
    CHECK (sign(open_minor) IN (0, sign(amount_minor)) AND abs(open_minor) <= abs(amount_minor)),
    CHECK ((state = 'CLEARED') = (open_minor = 0))
  )`,
  "CREATE INDEX suspense_item_open ON suspense_item (currency, day) WHERE state <> 'CLEARED'",
  `CREATE TABLE suspense_move (
    move_id text PRIMARY KEY,
    item_id uuid NOT NULL REFERENCES suspense_item,
    action text NOT NULL CHECK (action IN ('to_window', 'to_prefund', 'send_back', 'keep', 'write_off', 'returned')),
    target text,
    amount_minor bigint NOT NULL,
    approval_id uuid,
    line_id text,
    reason text,
    at timestamptz NOT NULL,
    CHECK (num_nonnulls(approval_id, line_id) = 1)
  )`,
  'CREATE INDEX suspense_move_item ON suspense_move (item_id)',
  `CREATE TABLE instruction_delivery (
    instruction_id uuid PRIMARY KEY,
    tries integer NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    next_at timestamptz NOT NULL,
    says text
  )`,
  `CREATE TABLE bank_acknowledgement (
    bank text NOT NULL,
    sha256 text NOT NULL,
    instruction_id uuid,
    original_message_id text NOT NULL,
    status text NOT NULL CHECK (status IN ('accepted', 'rejected', 'pending', 'partly_accepted')),
    format text NOT NULL,
    bytes bytea NOT NULL,
    outcome text NOT NULL,
    taken_at timestamptz NOT NULL,
    taken_by text NOT NULL,
    PRIMARY KEY (bank, sha256)
  )`,
  `CREATE TABLE bank_file_handed (
    file_id uuid PRIMARY KEY,
    bank text NOT NULL,
    currency text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('statement', 'notification', 'acknowledgement')),
    format text NOT NULL,
    sha256 text NOT NULL,
    bytes bytea NOT NULL,
    handed_at timestamptz NOT NULL,
    taken_at timestamptz,
    UNIQUE (bank, currency, kind, sha256)
  )`,
];
