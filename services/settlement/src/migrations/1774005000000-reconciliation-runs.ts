import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What each run of a day found, kept by runs, under the version of the rules that it was compared by; breaks with a whole life. */
export class ReconciliationRuns1774005000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `CREATE TABLE reconciliation_rule_set (
    version integer PRIMARY KEY CHECK (version > 0),
    -- Days before it keep the version that they were compared by.
    effective_from date NOT NULL,
    body jsonb NOT NULL,
    approval_id uuid,
    made_at timestamptz NOT NULL,
    made_by text NOT NULL
  )`,
  `INSERT INTO reconciliation_rule_set (version, effective_from, body, made_at, made_by)
   VALUES (1, '2000-01-01', '{
     "rules": [
       {"id": "LP1", "level": "L-P", "pass": 1, "shape": "1-1", "searchKey": ["strong_key"],
        "matchFields": ["amount", "currency", "direction", "status", "day"]},
       {"id": "LP2", "level": "L-P", "pass": 2, "shape": "1-n", "searchKey": ["strong_key"], "matchFields": []},
       {"id": "LP3", "level": "L-P", "pass": 3, "shape": "1-1", "searchKey": ["amount", "currency", "direction"],
        "matchFields": ["time"], "withinMinutes": 5},
       {"id": "LP4", "level": "L-P", "pass": 4, "shape": "n-1", "searchKey": ["currency", "direction", "day"],
        "matchFields": ["sum"], "partsMax": 12},
       {"id": "LB1", "level": "L-B", "pass": 1, "shape": "1-1", "searchKey": ["end_to_end_id"], "matchFields": ["amount", "currency", "direction"]},
       {"id": "LB4", "level": "L-B", "pass": 4, "shape": "1-n", "searchKey": ["bank", "currency", "direction"],
        "matchFields": ["sum"], "partsMax": 12}
     ],
     "tolerances": [],
     "suggestions": []
   }', '2000-01-01', 'the first version')`,
  `CREATE TABLE reconciliation_day (
    day_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    level text NOT NULL CHECK (level IN ('L-P', 'P-B', 'L-B')),
    partner text NOT NULL,
    currency text NOT NULL,
    day date NOT NULL,
    UNIQUE (level, partner, currency, day)
  )`,
  `CREATE TABLE reconciliation_run (
    day_id integer NOT NULL REFERENCES reconciliation_day,
    run integer NOT NULL,
    rule_set integer NOT NULL REFERENCES reconciliation_rule_set,
    ran_at timestamptz NOT NULL,
    -- When it was run last with the same result, and how often it was.
    confirmed_at timestamptz NOT NULL,
    times integer NOT NULL DEFAULT 1,
    inputs_digest text NOT NULL,
    digest text NOT NULL,
    counts jsonb NOT NULL,
    PRIMARY KEY (day_id, run)
  )`,
  `CREATE TABLE reconciliation_match (
    day_id integer NOT NULL,
    bucket smallint NOT NULL,
    match_key text NOT NULL,
    part integer NOT NULL,
    from_run integer NOT NULL,
    -- The first run that found it no longer.
    until_run integer,
    -- Of a payment; what a bank paid for an instruction has none.
    payment_id uuid,
    leg text NOT NULL,
    line_id text,
    our_minor bigint NOT NULL,
    their_minor bigint,
    pass smallint NOT NULL,
    rule text NOT NULL,
    rule_set integer NOT NULL,
    PRIMARY KEY (day_id, bucket, match_key, part, from_run)
  )`,
  `CREATE TABLE reconciliation_finding (
    day_id integer NOT NULL,
    bucket smallint NOT NULL,
    match_key text NOT NULL,
    type text NOT NULL,
    part integer NOT NULL,
    from_run integer NOT NULL,
    until_run integer,
    payment_id uuid,
    our_minor bigint,
    their_minor bigint,
    detail text NOT NULL,
    rule_set integer NOT NULL,
    PRIMARY KEY (day_id, bucket, match_key, type, part, from_run)
  )`,
  // What is booked of a day's rounding, so that a run books what is new or no more.
  `CREATE TABLE reconciliation_rounding (
    partner text NOT NULL,
    currency text NOT NULL,
    day date NOT NULL,
    match_key text NOT NULL,
    cost_minor bigint NOT NULL,
    posts integer NOT NULL,
    PRIMARY KEY (partner, currency, day, match_key)
  )`,
  // Pages of a statement until it is whole.
  `CREATE UNLOGGED TABLE statement_incoming (
    load_id uuid NOT NULL,
    ordinal integer NOT NULL,
    line_id text NOT NULL,
    uetr uuid,
    partner_ref text,
    leg_key text,
    leg text,
    amount_minor bigint NOT NULL,
    status text NOT NULL,
    booked_at timestamptz NOT NULL,
    PRIMARY KEY (load_id, ordinal)
  )`,
  `ALTER TABLE settlement_break
     DROP CONSTRAINT settlement_break_source_check,
     ADD CONSTRAINT settlement_break_source_check CHECK (source IN ('statement', 'payment', 'settlement')),
     ADD COLUMN reopened integer NOT NULL DEFAULT 0 CHECK (reopened BETWEEN 0 AND 1),
     ADD COLUMN version integer NOT NULL DEFAULT 1,
     ADD COLUMN action text,
     ADD COLUMN evidence jsonb,
     ADD COLUMN approval_id uuid,
     ADD COLUMN suggestion jsonb,
     ADD COLUMN escalation text NOT NULL DEFAULT 'none'`,
  `CREATE UNIQUE INDEX settlement_break_of_settlement ON settlement_break (partner, currency, type, match_key)
     WHERE source = 'settlement'`,
  `CREATE INDEX settlement_break_standing ON settlement_break (severity, opened_at, break_id)
     WHERE state NOT IN ('RESOLVED', 'AUTO_RESOLVED')`,
  'ALTER TABLE break_deed ADD COLUMN detail jsonb',
  // What the system did with a break; what people did stands in break_deed.
  `CREATE TABLE break_event (
    event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    break_id uuid NOT NULL REFERENCES settlement_break,
    at timestamptz NOT NULL,
    event text NOT NULL,
    detail text NOT NULL
  )`,
  'CREATE INDEX break_event_break ON break_event (break_id, event_id)',
];
