import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Payments without an outcome by their payer: what a payment that is like one is compared with (domain 6.12). */
export class UnknownRequests1772200000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX request_unknown ON request ((submit #>> '{debtor,account}'))
      WHERE state IN ('DEBIT_UNKNOWN', 'CREDIT_UNKNOWN', 'MANUAL_REVIEW')`);
  }
}
