import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What networks tell of a payment beside its amount, and what the switch does with breaks by itself (domain 7.6). */
export class BreakHandling1775007000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const TERMS = `
  ADD COLUMN counter_currency text,
  ADD COLUMN counter_minor bigint,
  ADD COLUMN fee_minor bigint,
  ADD COLUMN refund_of text`;

const STATEMENTS = [
  `ALTER TABLE statement_line ${TERMS}`,
  `ALTER TABLE statement_incoming ${TERMS}`,
  `ALTER TABLE settlement_break
     ADD COLUMN handling text NOT NULL DEFAULT 'none',
     ADD COLUMN handled_at timestamptz,
     -- Questions to the network, days that a bank was chased for.
     ADD COLUMN handled_times integer NOT NULL DEFAULT 0`,
  `CREATE INDEX settlement_break_unhandled ON settlement_break (handled_at)
     WHERE state NOT IN ('RESOLVED', 'AUTO_RESOLVED')`,
  // A payment that a network has and we do not: what is known of it, until it is found, taken back or settled by people.
  `CREATE TABLE shadow_payment (
    break_id uuid PRIMARY KEY REFERENCES settlement_break,
    partner text NOT NULL,
    currency text NOT NULL,
    day date NOT NULL,
    match_key text NOT NULL,
    line_id text NOT NULL,
    leg text,
    amount_minor bigint NOT NULL,
    booked_at timestamptz NOT NULL,
    made_at timestamptz NOT NULL,
    ended_at timestamptz
  )`,
  `CREATE INDEX shadow_payment_standing ON shadow_payment (partner, currency, amount_minor) WHERE ended_at IS NULL`,
  // Payments whose refunds routing holds back because of a break; what routing was not told yet has no time.
  `CREATE TABLE payment_hold (
    payment_id uuid PRIMARY KEY,
    break_id uuid NOT NULL,
    held_at timestamptz NOT NULL,
    told_at timestamptz,
    released_at timestamptz,
    release_told_at timestamptz
  )`,
];
