import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

const STATEMENTS = [
  // Legs whose intent is stored and whose sending waits for a slot: a row is deleted before the first byte leaves, so
  // that what is still here when a process has died was never sent.
  `CREATE TABLE leg_waiting (
     leg_key text NOT NULL,
     attempt integer NOT NULL,
     PRIMARY KEY (leg_key, attempt)
   )`,
  // What the bytes of a leg were made of, once for all legs of the same institutions.
  `CREATE TABLE leg_parties (
     parties_hash text PRIMARY KEY,
     parties json NOT NULL
   )`,
  'ALTER TABLE leg ADD COLUMN parties_hash text',
  'ALTER TABLE leg_enquiry ADD COLUMN planned_at timestamptz',
  'ALTER TABLE leg_enquiry ADD COLUMN send_before timestamptz',
  `UPDATE leg_enquiry
   SET send_before = leg.send_before
   FROM leg
   WHERE leg.leg_key = leg_enquiry.leg_key
     AND leg.attempt = leg_enquiry.attempt`,
  'CREATE INDEX leg_enquiry_send_before ON leg_enquiry (send_before)',
];

/** What tells legs that were never sent from others, keeps their bytes the same, and puts urgent ones first. */
export class LegRecovery1768000000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}
