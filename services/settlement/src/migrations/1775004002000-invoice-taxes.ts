import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Invoices have taxes: of each the rate that it was made by, of each line its part. Those that were issued before have none. */
export class InvoiceTaxes1775004002000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE invoice
        -- In the amount.
        ADD COLUMN tax_minor bigint NOT NULL DEFAULT 0,
        ADD COLUMN tax_name text,
        ADD COLUMN tax_percent text,
        ADD CHECK (num_nulls(tax_name, tax_percent) IN (0, 2)),
        ADD CHECK (tax_name IS NOT NULL OR tax_minor = 0);
      -- Beside the amount.
      ALTER TABLE invoice_line ADD COLUMN tax_minor bigint NOT NULL DEFAULT 0`);
  }
}
