import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';
import { Outbox1763990000000 } from '@tonle/messaging';
import { First1764000000000 as Legs, INBOUND_TABLES_SQL } from '@tonle/network';
import { DOOR_QUOTE_SQL } from '../door/quote.store.js';

/** Legs, their answers and evidence, the inbound door's requests and quotes, and the outbox. */
export class First1764000000000 extends Migration {
  override readonly contained = [Outbox1763990000000];

  async up(runner: QueryRunner): Promise<void> {
    await new Legs().up(runner);
    for (const statement of [...INBOUND_TABLES_SQL, DOOR_QUOTE_SQL]) await runner.query(statement);
  }
}
