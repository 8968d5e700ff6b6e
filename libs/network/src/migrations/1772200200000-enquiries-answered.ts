import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** How many questions about a leg were answered: people decide about it after one was (domain 6.16). */
export class EnquiriesAnswered1772200200000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['leg_enquiry', 'leg_enquired'])
      await runner.query(`ALTER TABLE ${table} ADD COLUMN answered integer NOT NULL DEFAULT 0`);
  }
}
