import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** The few payments whose payer was debited for nothing: counted and paged through by who has missed their events. */
export class UndonePayments1767000100000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE INDEX payment_undone ON payment (id)
  WHERE state IN ('REJECTED', 'EXPIRED') AND debit_ref IS NOT NULL`);
  }
}
