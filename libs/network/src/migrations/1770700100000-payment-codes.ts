import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Codes that payers show, and the messages of a network that drew on them: a code has one payment at most. */
export class PaymentCodes1770700100000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `CREATE TABLE payment_code (
     code_id uuid PRIMARY KEY,
     name text NOT NULL UNIQUE,
     participant text NOT NULL,
     corridor text NOT NULL,
     debtor jsonb NOT NULL,
     currency text NOT NULL,
     most_minor bigint NOT NULL CHECK (most_minor > 0),
     issued_at timestamptz NOT NULL,
     expires_at timestamptz NOT NULL
   )`,
  'CREATE INDEX payment_code_expired ON payment_code (expires_at)',
  `CREATE TABLE drawing (
     drawing_id text PRIMARY KEY,
     code_id uuid REFERENCES payment_code,
     content_hash bytea,
     payment_id uuid UNIQUE,
     refusal jsonb,
     decided_at timestamptz NOT NULL,
     CHECK ((payment_id IS NULL) <> (refusal IS NULL)),
     CHECK (payment_id IS NULL OR (code_id IS NOT NULL AND content_hash IS NOT NULL))
   )`,
  'CREATE UNIQUE INDEX drawing_code ON drawing (code_id) WHERE payment_id IS NOT NULL',
  'CREATE INDEX drawing_refused ON drawing (decided_at) WHERE payment_id IS NULL',
];
