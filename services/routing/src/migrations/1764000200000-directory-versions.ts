import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Networks are entries of their own, entries can end, and each version says by which way it came. */
export class DirectoryVersions1764000200000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Kinds that nobody ever read.
      DELETE FROM directory_entry WHERE kind IN ('account', 'limit');
      ALTER TABLE directory_entry DROP CONSTRAINT directory_entry_kind_check;
      ALTER TABLE directory_entry ADD CONSTRAINT directory_entry_kind_check
        CHECK (kind IN ('participant', 'network', 'corridor', 'calendar'));
      ALTER TABLE directory_entry ADD COLUMN ended boolean NOT NULL DEFAULT false;
      ALTER TABLE directory_entry ADD COLUMN source text NOT NULL DEFAULT 'operator';
      ALTER TABLE directory_entry ALTER COLUMN source DROP DEFAULT;
      UPDATE directory_entry SET source = 'file' WHERE changed_by = 'seed';
      ALTER TABLE directory_entry ADD CONSTRAINT directory_entry_source_check
        CHECK (source IN ('file', 'operator', 'upgrade'))`);
  }
}
