import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** How many payments of each settlement window have used a quote here, to see what was missed. */
export class UsedWindows1767000300000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE used_window (
        window_id text PRIMARY KEY,
        payments integer NOT NULL CHECK (payments >= 0)
      ) WITH (fillfactor = 50)`);
  }
}
