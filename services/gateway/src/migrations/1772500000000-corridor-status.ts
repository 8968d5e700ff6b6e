import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** How each direction of a corridor stood when participants were told last. */
export class CorridorStatus1772500000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE corridor_status (
        corridor text NOT NULL,
        direction text NOT NULL,
        status text NOT NULL,
        changed_at timestamptz NOT NULL,
        PRIMARY KEY (corridor, direction)
      )`);
  }
}
