import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What each statement says of itself: the next day's has to follow it. */
export class StatementHeads1767000300000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE statement_head (
  partner text NOT NULL,
  currency text NOT NULL,
  day date NOT NULL,
  ordinal integer NOT NULL,
  account text NOT NULL,
  number bigint,
  opening_minor bigint NOT NULL,
  closing_minor bigint NOT NULL,
  PRIMARY KEY (partner, currency, day, ordinal)
)`);
  }
}
