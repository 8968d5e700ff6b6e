import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Bytes of files end after a time, their rows and manifests do not; what failed of itself is counted apart from what had to wait. */
export class ReportRetention1775005010000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `ALTER TABLE report_file
    -- Its bytes were kept as long as they had to be.
    ADD COLUMN gone_at timestamptz`,
  'CREATE INDEX report_file_kept ON report_file (sha256) WHERE gone_at IS NULL',
  'ALTER TABLE report_run ADD COLUMN faults integer NOT NULL DEFAULT 0',
];
