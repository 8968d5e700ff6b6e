import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Breaks of statements are one a key; those of payments are told by routing under their ids, several of a leg may be. */
export class PaymentBreaks1769500000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE settlement_break
        DROP CONSTRAINT settlement_break_partner_currency_type_match_key_key;
      CREATE UNIQUE INDEX settlement_break_key ON settlement_break (partner, currency, type, match_key)
        WHERE source = 'statement'`);
  }
}
