import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** The few payments whose payer was debited for nothing, to see whether one was missed. */
export class UndonePayments1767000200000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX payment_record_undone ON payment_record (payment_id)
        WHERE state IN ('REJECTED', 'EXPIRED') AND debit_ref IS NOT NULL`);
  }
}
