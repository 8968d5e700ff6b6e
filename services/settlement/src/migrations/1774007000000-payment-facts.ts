import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What reports tell of a payment beyond what reconciliation needs, and when settlement heard of it; empty for what ended before. */
export class PaymentFacts1774007000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payment_record
        ADD COLUMN sender text,
        ADD COLUMN message_id text,
        ADD COLUMN debtor_agent text,
        ADD COLUMN creditor_agent text,
        ADD COLUMN quote_id uuid,
        ADD COLUMN rate text,
        ADD COLUMN fees jsonb,
        ADD COLUMN refund_of uuid,
        ADD COLUMN accepted_at timestamptz,
        -- Reports as of an instant leave out what was not known then.
        ADD COLUMN known_at timestamptz`);
  }
}
