import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** One drain mark a lane and window: windows of several networks are drained at one instant. */
export class Second1764000610000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const STATEMENTS = [
  `CREATE TABLE window_drain (
    window_id text NOT NULL,
    lane text NOT NULL,
    lanes text[] NOT NULL,
    completed integer NOT NULL,
    drained_at timestamptz NOT NULL,
    PRIMARY KEY (window_id, lane)
  )`,
  `INSERT INTO window_drain (window_id, lane, lanes, completed, drained_at)
   SELECT said.key, lane, lanes, said.value::integer, drained_at
   FROM drain_mark
   CROSS JOIN LATERAL jsonb_each_text(completed) AS said
   ORDER BY drained_at
   ON CONFLICT DO NOTHING`,
  'DROP TABLE drain_mark',
];
