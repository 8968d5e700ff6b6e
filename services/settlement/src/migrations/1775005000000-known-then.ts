import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/**
 * Rows that change in place keep what they were, so that reports tell what was known at any instant. A table that comes later joins by
 * `SELECT keep_past_of('its_name')` in its own step.
 */
export class KnownThen1775005000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
    for (const table of TABLES) await runner.query('SELECT keep_past_of($1)', [table]);
    for (const [table, columns] of BULKY)
      await runner.query('SELECT keep_past_of($1, $2::text[])', [table, columns]);
    await runner.query(`SELECT keep_past_of('settlement_window', '{}', '{payments,gross_minor}')`);
  }
}

const STATEMENTS = [
  `CREATE TABLE row_past (
    relation text NOT NULL,
    known_from timestamptz NOT NULL,
    known_until timestamptz NOT NULL,
    body jsonb NOT NULL,
    CHECK (known_from < known_until)
  )`,
  'CREATE INDEX row_past_until ON row_past (relation, known_until)',
  // By the clock of the service, which tells it at the start of each transaction; who does not tell it keeps no past.
  `CREATE FUNCTION told_time() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT nullif(current_setting('tonle.now', true), '')::timestamptz $$`,
  `CREATE FUNCTION keep_past() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      told timestamptz := told_time();
    BEGIN
      -- Of several changes at one instant the last one counts.
      IF told > OLD.known_from THEN
        INSERT INTO row_past (relation, known_from, known_until, body)
        VALUES (TG_TABLE_NAME, OLD.known_from, told, to_jsonb(OLD) - TG_ARGV[0]::text[]);
        IF TG_OP = 'UPDATE' THEN NEW.known_from := told; END IF;
      END IF;
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      RETURN NEW;
    END
  $$`,
  // Left out: columns that are not kept, as bytes. Counters: columns that change with every payment, and are kept by nobody.
  `CREATE FUNCTION keep_past_of(relation text, left_out text[] DEFAULT '{}', counters text[] DEFAULT '{}') RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
      moved text := 'OLD.* IS DISTINCT FROM NEW.*';
      counter text;
    BEGIN
      FOREACH counter IN ARRAY counters LOOP
        moved := moved || format(' AND OLD.%1$I IS NOT DISTINCT FROM NEW.%1$I', counter);
      END LOOP;
      EXECUTE format('ALTER TABLE %I ADD COLUMN known_from timestamptz NOT NULL DEFAULT coalesce(told_time(), ''-infinity'')', relation);
      EXECUTE format('CREATE TRIGGER keep_past_of_change BEFORE UPDATE ON %I FOR EACH ROW WHEN (%s) EXECUTE FUNCTION keep_past(%L)',
        relation, moved, left_out);
      EXECUTE format('CREATE TRIGGER keep_past_of_end BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION keep_past(%L)', relation, left_out);
    END
  $$`,
];

const TABLES = [
  'window_bilateral',
  'window_net',
  'window_left_out',
  'settlement_instruction_line',
  'instruction_coverage',
  'bank_line',
  'bank_allocation',
  'suspense_item',
  'suspense_move',
  'settlement_break',
  'break_deed',
  'reconciliation_run',
  'statement_missing',
  'bank_statement_missing',
  'invoice',
  'invoice_line',
  'accounting_period',
  'reference_rate',
  'fx_position_day',
];

const BULKY: readonly (readonly [table: string, columns: readonly string[]])[] = [
  ['settlement_instruction', ['bytes']],
  ['settlement_finalisation', ['bytes']],
  ['bank_statement', ['bytes']],
  ['close_report', ['report']],
];
