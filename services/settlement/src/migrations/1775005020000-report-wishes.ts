import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What a participant wishes is made once for each occasion, without a schedule of operators. */
export class ReportWishes1775005020000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE UNIQUE INDEX report_run_wish ON report_run (report, receiver, occasion)
        WHERE schedule_id IS NULL AND occasion IS NOT NULL`);
  }
}
