import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Whoever calls about a payment names the reference of the payee's network; what rails booked is found by its transfer. */
export class CreditReferences1767000150000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX payment_credit_ref ON payment (credit_ref) WHERE credit_ref IS NOT NULL',
    );
  }
}
