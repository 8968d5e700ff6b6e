import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What a network settles where a discount makes that less than the target, in the target's currency. */
export class Discounts1769800000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE payment ADD COLUMN credit_booked_minor bigint CHECK (credit_booked_minor > 0)',
    );
  }
}
