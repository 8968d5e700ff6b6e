import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What participants asked about payees, by ten minutes; nothing of whom they asked about. */
export class LookupCounts1768300000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lookup_count (
        participant text NOT NULL,
        since timestamptz NOT NULL,
        found bigint NOT NULL DEFAULT 0,
        not_found bigint NOT NULL DEFAULT 0,
        declined bigint NOT NULL DEFAULT 0,
        unanswered bigint NOT NULL DEFAULT 0,
        refused bigint NOT NULL DEFAULT 0,
        paid bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (participant, since)
      )`);
  }
}
