import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Days whose statement was due and could not be had, or was not whole: asked for until it is. */
export class StatementsMissing1768400000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE statement_missing (
  partner text NOT NULL,
  currency text NOT NULL,
  day date NOT NULL,
  since timestamptz NOT NULL,
  cause text NOT NULL,
  PRIMARY KEY (partner, currency, day)
)`);
  }
}
