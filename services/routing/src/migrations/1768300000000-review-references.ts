import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE review_reference (
     corridor text NOT NULL,
     direction text NOT NULL,
     leg text NOT NULL,
     reference text NOT NULL,
     payment_id uuid NOT NULL REFERENCES payment,
     PRIMARY KEY (reference, leg, direction, corridor)
   )`,
  `INSERT INTO review_reference (corridor, direction, leg, reference, payment_id)
   SELECT p.corridor, p.direction, r.leg, r.partner_ref, p.id
   FROM review_proposal AS r
   JOIN payment AS p ON p.id = r.payment_id
   WHERE r.state = 'APPROVED'
     AND r.partner_ref IS NOT NULL
   ORDER BY r.decided_at
   ON CONFLICT DO NOTHING`,
];

/** References by which operators have found legs paid: each is one payment's, also where no transfer carries it. */
export class ReviewReferences1768300000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}
