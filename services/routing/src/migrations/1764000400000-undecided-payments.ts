import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Payments whose next step broke, and why: the clock sets them aside for a while (domain 6.5). */
export class UndecidedPayments1764000400000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE undecided_payment (
  payment_id uuid PRIMARY KEY REFERENCES payment,
  since timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  times integer NOT NULL,
  cause text NOT NULL
)`);
  }
}
