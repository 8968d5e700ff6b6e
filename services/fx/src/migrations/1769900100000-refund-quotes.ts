import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Of a quote for a refund: the quote of the payment that it gives back. */
export class RefundQuotes1769900100000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE quote ADD COLUMN refund_of uuid');
  }
}
