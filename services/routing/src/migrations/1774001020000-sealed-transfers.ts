import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Transfers by time, for who copies them, and up to when each lane has posted all of its own. */
export class SealedTransfers1774001020000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  // Rows come in the order of their time, so that a block range is a span: next to nothing to keep on the payment path.
  'CREATE INDEX transfer_at ON transfer USING brin (at) WITH (pages_per_range = 32)',
  'CREATE TABLE lane_seal (lane text PRIMARY KEY, sealed_up_to timestamptz NOT NULL)',
];
