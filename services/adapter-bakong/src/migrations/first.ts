import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OUTBOX_SQL } from '@tonle/messaging';
import { LEG_TABLES_SQL } from '@tonle/network';

/** Legs, their answers and evidence, and the outbox. */
export class First1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OUTBOX_SQL);
    for (const statement of LEG_TABLES_SQL) await runner.query(statement);
  }

  /** Forward only. */
  async down(): Promise<void> {}
}
