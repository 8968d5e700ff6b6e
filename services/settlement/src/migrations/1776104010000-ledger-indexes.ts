import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What is looked at each minute of entries is found by an index: it costs the same however old the books are. */
export class LedgerIndexes1776104010000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  'CREATE INDEX ledger_entry_booked ON ledger_entry (booked_at)',
  `CREATE INDEX ledger_entry_unbooked ON ledger_entry (state) WHERE state <> 'booked'`,
  `CREATE INDEX ledger_entry_suspense ON ledger_entry (entry_id) WHERE debit LIKE 'SUSPENSE:%' OR credit LIKE 'SUSPENSE:%'`,
  `CREATE INDEX ledger_entry_invoiced ON ledger_entry (booked_at) WHERE debit ~ '^(FEE|FX)_' OR credit ~ '^(FEE|FX)_'`,
  // Transfers of entries among those of payments, of which there are a thousand times as many.
  `CREATE INDEX ledger_transfer_entry ON ledger_transfer (reference)
     WHERE kind IN ('funds', 'settlement_bank', 'suspense', 'settlement', 'reallocation', 'write_off', 'rounding', 'fee_paid', 'invoice_tax',
       'fx_result', 'freeze')`,
];
