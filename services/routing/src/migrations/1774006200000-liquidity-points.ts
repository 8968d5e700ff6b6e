import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** How much participants had used of what they may owe, every ten minutes of the last eight days, and what was stopped by it. */
export class LiquidityPoints1774006200000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE liquidity_point (
        participant text NOT NULL,
        currency text NOT NULL,
        at timestamptz NOT NULL,
        used_minor bigint NOT NULL,
        PRIMARY KEY (participant, currency, at)
      );
      CREATE INDEX liquidity_point_at ON liquidity_point (at);
      CREATE TABLE liquidity_stop (
        participant text NOT NULL,
        currency text NOT NULL,
        corridor text NOT NULL,
        direction text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (participant, currency, corridor, direction)
      )`);
  }
}
