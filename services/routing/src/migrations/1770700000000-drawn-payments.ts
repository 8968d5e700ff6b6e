import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Banks list what was drawn on the codes that their customers showed. */
export class DrawnPayments1770700000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX payment_drawn ON payment (sender, id DESC)
        WHERE instruction ->> 'paymentCodeId' IS NOT NULL`);
  }
}
