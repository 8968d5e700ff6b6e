import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** The policy that a request was made under is kept with it; of requests of before only its version is known. */
export class KeptPolicies1776101000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE approval_request ADD COLUMN policy jsonb');
  }
}
