import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What networks settle together, and what their clearing cycles come to (domain 7.5, level P-B). */
export class PartnerBatches1776103000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  // Amounts are signed: above zero the network pays us.
  `CREATE TABLE partner_batch (
    partner text NOT NULL,
    currency text NOT NULL,
    -- Of the statement that told it.
    day date NOT NULL,
    account text NOT NULL,
    batch_id text NOT NULL,
    agreement text NOT NULL DEFAULT '',
    -- What its payment at the bank names; null: nothing.
    reference text,
    value_date date,
    net_minor bigint NOT NULL,
    -- What the network takes, beside the net; null where it does not tell it.
    fee_minor bigint,
    item_count integer NOT NULL,
    cycles jsonb NOT NULL,
    -- How often it was told with another content.
    version integer NOT NULL DEFAULT 1,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (partner, currency, day, account, batch_id, agreement)
  )`,
  `SELECT keep_past_of('partner_batch')`,
  // What the payments of a day come to, by the network's own sums.
  `CREATE TABLE partner_cycle (
    partner text NOT NULL,
    currency text NOT NULL,
    day date NOT NULL,
    account text NOT NULL,
    cycle_id text NOT NULL,
    item_count integer NOT NULL,
    net_minor bigint NOT NULL,
    fee_minor bigint,
    PRIMARY KEY (partner, currency, day, account, cycle_id)
  )`,
  'CREATE INDEX partner_cycle_id ON partner_cycle (partner, currency, account, cycle_id)',
];
