import type { MigrationInterface, QueryRunner } from 'typeorm';
import { First1764000000000 as Legs, INBOUND_TABLES_SQL } from '@tonle/network';
import { DOOR_QUOTE_SQL } from '../door/quote.store.js';

/** Legs, their answers and evidence, the inbound door's requests and quotes, and the outbox. */
export class First1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await new Legs().up(runner);
    for (const statement of [...INBOUND_TABLES_SQL, DOOR_QUOTE_SQL]) await runner.query(statement);
  }

  /** Forward only. */
  async down(): Promise<void> {}
}
