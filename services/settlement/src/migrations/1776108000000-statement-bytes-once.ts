import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Of a file with several statements the bytes are kept with the first. */
export class StatementBytesOnce1776108000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE bank_statement ALTER COLUMN bytes DROP NOT NULL');
    await runner.query(
      'ALTER TABLE bank_statement ADD CONSTRAINT bank_statement_bytes CHECK (bytes IS NOT NULL OR file_no > 1)',
    );
  }
}
