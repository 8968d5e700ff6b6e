import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What reports tell beside the books: purposes and causes of payments, participants and recalls as they stood, reference rates that were replaced. */
export class ReportFacts1775004001000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `ALTER TABLE payment_record
    ADD COLUMN purpose text,
    -- Of a refund: by whose fault or wish, and who bears the rate.
    ADD COLUMN refund_cause jsonb`,
  'CREATE INDEX payment_record_refund ON payment_record (ended_at) WHERE refund_of IS NOT NULL',
  // As the directory had them, from when settlement noticed; the last row holds.
  `CREATE TABLE participant_known (
    participant text NOT NULL,
    known_from timestamptz NOT NULL,
    kind text NOT NULL,
    country text,
    -- Currency -> what it may owe, minor units.
    caps jsonb NOT NULL,
    PRIMARY KEY (participant, known_from)
  )`,
  `CREATE TABLE reference_rate_past (
    day date NOT NULL,
    source_currency text NOT NULL,
    target_currency text NOT NULL,
    rate text NOT NULL,
    source text NOT NULL,
    set_at timestamptz NOT NULL,
    replaced_at timestamptz NOT NULL,
    PRIMARY KEY (day, source_currency, target_currency, set_at)
  )`,
  // Recalls as routing told of them; the last row of each holds.
  `CREATE TABLE recall_known (
    recall_id uuid NOT NULL,
    known_from timestamptz NOT NULL,
    payment_id uuid NOT NULL,
    corridor text NOT NULL,
    direction text NOT NULL,
    asker text NOT NULL,
    answerer text NOT NULL,
    case_id text,
    reason text NOT NULL,
    iso_reason text NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    by_people boolean NOT NULL,
    state text NOT NULL,
    refusal text,
    received_at timestamptz NOT NULL,
    deadline timestamptz NOT NULL,
    ended_at timestamptz,
    money_due timestamptz,
    money_missing boolean NOT NULL,
    PRIMARY KEY (recall_id, known_from)
  )`,
  'CREATE INDEX recall_known_received ON recall_known (received_at)',
];
