import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Every amount that contradicts what a leg was accepted with is kept, not only the first. */
export class AmountsTold1769600000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  'ALTER TABLE leg_answer DROP CONSTRAINT leg_answer_pkey',
  `CREATE UNIQUE INDEX leg_answer_told ON leg_answer (leg_key, attempt, outcome,
     (CASE WHEN outcome = 'conflicting' THEN coalesce(currency || ' ' || amount_minor::text, '') ELSE '' END))`,
];
