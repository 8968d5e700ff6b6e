import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Deeds in one chain: the one row of the head gives each its number, and who has it waits for nobody else. */
export class AuditLog1772800000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_entry (
        number bigint PRIMARY KEY CHECK (number > 0),
        day date NOT NULL,
        -- As it was hashed: json keeps every byte.
        entry json NOT NULL
      );
      CREATE INDEX audit_entry_day ON audit_entry (day, number);
      CREATE TABLE audit_head (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        number bigint NOT NULL,
        day date,
        hash text NOT NULL
      );
      INSERT INTO audit_head (number, hash) VALUES (0, repeat('0', 64))`);
  }
}
