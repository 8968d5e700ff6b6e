import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** How many enquiries a minute had, and how many the budget gave it (I20). */
export class EnquiryMinutes1772800200000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE enquiry_minute (
        minute timestamptz PRIMARY KEY,
        asked integer NOT NULL,
        allowed integer NOT NULL
      )`);
  }
}
