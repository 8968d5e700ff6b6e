import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

const STATEMENTS = [
  'ALTER TABLE payment ADD COLUMN refund_of uuid',
  'CREATE INDEX payment_refund_of ON payment (refund_of) WHERE refund_of IS NOT NULL',
  // What refunds have given back of a payment, or are about to, in its payee's currency.
  `CREATE TABLE refund_counter (
     original uuid PRIMARY KEY,
     used_minor bigint NOT NULL CHECK (used_minor >= 0)
   ) WITH (fillfactor = 80)`,
];

/** Which payment a refund gives back, and how much of each is given back. */
export class Refunds1769900000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}
