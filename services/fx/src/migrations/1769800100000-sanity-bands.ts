import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** How far the rate of a partner may lie from the market's, by pair. */
export class SanityBands1769800100000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sanity_band (
        source_currency text NOT NULL,
        target_currency text NOT NULL,
        rate text NOT NULL,
        basis_points integer NOT NULL CHECK (basis_points > 0),
        PRIMARY KEY (source_currency, target_currency))`);
  }
}
