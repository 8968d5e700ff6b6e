import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** When a content that was taken gave way to another one under its name, by the word of two operators. */
export class ReplacedFiles1770800000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE partner_file ADD COLUMN replaced_at timestamptz');
  }
}
