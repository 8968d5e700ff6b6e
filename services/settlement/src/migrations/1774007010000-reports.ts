import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Reports that were asked for, the files they made, where files are to be delivered, and what is made by itself. */
export class Reports1774007010000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `CREATE TABLE report_schedule (
    schedule_id uuid PRIMARY KEY,
    report text NOT NULL,
    body jsonb NOT NULL,
    operator text NOT NULL,
    participant text,
    reason text NOT NULL,
    made_at timestamptz NOT NULL,
    ended_at timestamptz
  )`,
  `CREATE TABLE report_run (
    run_id uuid PRIMARY KEY,
    report text NOT NULL,
    definition_version integer NOT NULL,
    receiver text NOT NULL,
    parameters jsonb NOT NULL,
    basis text NOT NULL CHECK (basis IN ('then', 'now')),
    -- What came later is not in it.
    known_at timestamptz NOT NULL,
    -- Runs of one slot make versions of the same files.
    slot text NOT NULL,
    formats text[] NOT NULL,
    language text NOT NULL,
    deliver text[] NOT NULL,
    operator text NOT NULL,
    participant text,
    reason text NOT NULL,
    -- One run for each occasion of a schedule.
    schedule_id uuid REFERENCES report_schedule,
    occasion text,
    state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    progress text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    rows bigint,
    content_sha256 text,
    left_out jsonb,
    requested_at timestamptz NOT NULL,
    -- Not before, when it was given back.
    due_at timestamptz,
    -- Whoever works on it says so again and again: a process that died is noticed.
    alive_at timestamptz,
    ended_at timestamptz,
    UNIQUE (schedule_id, occasion, receiver)
  )`,
  `CREATE INDEX report_run_open ON report_run (requested_at, run_id) WHERE state IN ('waiting', 'running')`,
  `CREATE TABLE report_series (
    report text NOT NULL,
    receiver text NOT NULL,
    last_sequence integer NOT NULL,
    last_manifest_sha256 text NOT NULL,
    PRIMARY KEY (report, receiver)
  )`,
  `CREATE TABLE report_file (
    file_id uuid PRIMARY KEY,
    run_id uuid NOT NULL REFERENCES report_run,
    report text NOT NULL,
    receiver text NOT NULL,
    slot text NOT NULL,
    format text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    sequence integer NOT NULL CHECK (sequence > 0),
    name text NOT NULL UNIQUE,
    bytes bigint NOT NULL,
    rows bigint NOT NULL,
    sha256 text NOT NULL,
    content_sha256 text NOT NULL,
    -- Exactly what is signed.
    manifest text NOT NULL,
    signature text,
    parameters jsonb NOT NULL,
    currency text,
    known_at timestamptz NOT NULL,
    made_at timestamptz NOT NULL,
    supersedes uuid REFERENCES report_file,
    superseded_at timestamptz,
    -- When its receiver was told of it; empty while nobody was, or nobody is to be.
    told_at timestamptz,
    -- Later runs that made the same bytes again.
    confirmed integer NOT NULL DEFAULT 0,
    confirmed_at timestamptz,
    UNIQUE (report, receiver, sequence),
    UNIQUE (slot, format, version)
  )`,
  'CREATE INDEX report_file_receiver ON report_file (receiver, file_id)',
  `CREATE INDEX report_file_untold ON report_file (file_id) WHERE told_at IS NULL AND receiver <> ''`,
  `CREATE TABLE report_delivery (
    file_id uuid NOT NULL REFERENCES report_file,
    place text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    delivered_at timestamptz,
    says text,
    PRIMARY KEY (file_id, place)
  )`,
  'CREATE INDEX report_delivery_open ON report_delivery (next_at) WHERE delivered_at IS NULL',
];
