import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Settlement takes breaks over; those that it has are not told again. */
export class BreaksTaken1764000560000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  'ALTER TABLE payment_break ADD COLUMN taken boolean NOT NULL DEFAULT false',
  'CREATE INDEX payment_break_new ON payment_break (opened_at, id) WHERE NOT taken',
];
