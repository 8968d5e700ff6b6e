import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** When a network is told next how a payment of its own has ended; null: it knows, or is not told. */
export class Notices1770500000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE request
        ADD COLUMN notice_due_at timestamptz,
        ADD COLUMN notices integer NOT NULL DEFAULT 0`);
    await runner.query(
      'CREATE INDEX request_notice ON request (notice_due_at) WHERE notice_due_at IS NOT NULL',
    );
  }
}
