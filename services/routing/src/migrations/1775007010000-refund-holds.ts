import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Payments of which nothing is given back: settlement has a break about them (domain 7.6). */
export class RefundHolds1775007010000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE refund_hold (payment_id uuid PRIMARY KEY REFERENCES payment, break_id uuid NOT NULL)',
    );
  }
}
