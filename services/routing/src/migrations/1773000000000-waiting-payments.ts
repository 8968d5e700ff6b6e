import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Payments that wait, undebited, for a network that does not answer: until when, and found in the order of their ids. */
export class WaitingPayments1773000000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payment ADD COLUMN waits_until timestamptz;
      CREATE INDEX payment_waiting ON payment (corridor, direction, id)
        WHERE waits_until IS NOT NULL`);
  }
}
