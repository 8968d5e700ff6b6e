import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Banks list what comes in for their customers, and look for an amount of either side. */
export class InboundLists1768200100000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE INDEX payment_inbound ON payment (creditor_agent, id DESC)
  WHERE direction = 'inbound';
CREATE INDEX payment_inbound_source ON payment (creditor_agent, source_currency, source_minor)
  WHERE direction = 'inbound';
CREATE INDEX payment_inbound_target ON payment (creditor_agent, target_currency, target_minor)
  WHERE direction = 'inbound'`);
  }
}
