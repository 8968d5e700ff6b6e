import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Up to which day the statements of a network were asked for: each day until then is taken, or missing. */
export class StatementsAsked1770200000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE statement_asked (
  partner text NOT NULL,
  currency text NOT NULL,
  day date NOT NULL,
  PRIMARY KEY (partner, currency)
)`);
  }
}
