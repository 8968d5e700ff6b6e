import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What a network has hinted at and not been answered well yet: gone when it is. */
export class Hints1771000100000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE hint (
        path text NOT NULL,
        content_hash bytea NOT NULL,
        bytes bytea NOT NULL,
        headers json NOT NULL,
        first_at timestamptz NOT NULL,
        next_at timestamptz NOT NULL,
        looks integer NOT NULL DEFAULT 0,
        PRIMARY KEY (path, content_hash)
      );
      CREATE INDEX hint_next ON hint (next_at)`);
  }
}
