import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Codes that payers show have a form in digits, too, where their network gives one. */
export class CodeBarcodes1771000000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payment_code ADD COLUMN barcode text UNIQUE');
  }
}
