import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE recall (
     id uuid PRIMARY KEY,
     payment_id uuid NOT NULL REFERENCES payment,
     -- Of the payment.
     direction text NOT NULL CHECK (direction IN ('outbound', 'inbound')),
     asker text NOT NULL,
     message_id text NOT NULL,
     content_hash text NOT NULL,
     case_id text,
     cancellation_id text,
     answerer text NOT NULL,
     reason text NOT NULL,
     iso_reason text NOT NULL,
     reason_text text,
     currency text NOT NULL,
     minor bigint NOT NULL CHECK (minor > 0),
     state text NOT NULL CHECK (state IN ('RECEIVED', 'PENDING', 'ACCEPTED', 'REFUSED', 'EXPIRED')),
     answer jsonb,
     -- The adapter that asks its network, or tells it the end; empty when people do.
     carrier text,
     received_at timestamptz NOT NULL,
     deadline_at timestamptz NOT NULL,
     ended_at timestamptz,
     due_at timestamptz,
     attempts integer NOT NULL DEFAULT 0,
     version integer NOT NULL DEFAULT 1,
     history jsonb NOT NULL,
     UNIQUE (asker, message_id),
     CHECK ((state IN ('RECEIVED', 'PENDING')) = (ended_at IS NULL))
   )`,
  // One open recall of a payment.
  `CREATE UNIQUE INDEX recall_open ON recall (payment_id) WHERE state IN ('RECEIVED', 'PENDING')`,
  'CREATE INDEX recall_payment ON recall (payment_id)',
  'CREATE INDEX recall_answerer ON recall (answerer, id)',
  'CREATE INDEX recall_due ON recall (due_at) WHERE due_at IS NOT NULL',
];

/** Payments that are called back, and what was answered (domain 6.11). */
export class Recalls1772300000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}
