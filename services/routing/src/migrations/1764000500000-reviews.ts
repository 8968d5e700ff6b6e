import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

const STATEMENTS = [
  `ALTER TABLE payment
     ADD COLUMN debit_booked_currency text,
     ADD COLUMN debit_booked_minor bigint CHECK (debit_booked_minor >= 0),
     DROP CONSTRAINT payment_review_leg_check,
     ADD CONSTRAINT payment_review_leg_check CHECK (review_leg IN ('debit', 'credit', 'reversal'))`,
  'ALTER TABLE operator_action ADD COLUMN evidence text',
  `CREATE TABLE review_proposal (
     id uuid PRIMARY KEY,
     payment_id uuid NOT NULL REFERENCES payment,
     leg text NOT NULL CHECK (leg IN ('debit', 'credit', 'reversal')),
     version integer NOT NULL,
     decision text NOT NULL CHECK (decision IN ('paid', 'not_paid', 'reverse')),
     partner_ref text,
     currency text,
     minor bigint CHECK (minor >= 0),
     reason text NOT NULL,
     evidence text NOT NULL,
     proposed_by text NOT NULL,
     proposed_at timestamptz NOT NULL,
     state text NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'APPROVED', 'REJECTED', 'SUPERSEDED')),
     decided_by text,
     decided_at timestamptz,
     CHECK ((currency IS NULL) = (minor IS NULL)),
     CHECK ((state IN ('APPROVED', 'REJECTED')) = (decided_by IS NOT NULL)),
     CHECK (decided_by <> proposed_by)
   )`,
  `CREATE UNIQUE INDEX review_proposal_open ON review_proposal (payment_id) WHERE state = 'OPEN'`,
  'CREATE INDEX review_proposal_payment ON review_proposal (payment_id)',
];

/** What two operators decide of payments that no answer ends, and what a partner took from a payer (domain 6.16). */
export class Reviews1764000500000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}
