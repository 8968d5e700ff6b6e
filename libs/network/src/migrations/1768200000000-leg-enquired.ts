import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** How often was asked about legs that are not open any more: `leg_enquiry` has those that are. */
export class LegEnquired1768200000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE leg_enquired (
  leg_key text PRIMARY KEY,
  enquiries integer NOT NULL
)`);
  }
}
