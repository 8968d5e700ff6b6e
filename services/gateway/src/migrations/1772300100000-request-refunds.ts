import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE INDEX request_refund_of ON request ((submit #>> '{refundOf,paymentId}'))
     WHERE submit #>> '{refundOf,paymentId}' IS NOT NULL`,
];

/** A bank's refunds are listed by the payment that they give back. */
export class RequestRefunds1772300100000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}
