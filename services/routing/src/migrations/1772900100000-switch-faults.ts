import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Payments with which operators have found this switch at fault; who and why is in the deeds. */
export class SwitchFaults1772900100000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE switch_fault (payment_id uuid PRIMARY KEY REFERENCES payment)');
  }
}
