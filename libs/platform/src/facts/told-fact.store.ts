import type { FactRow } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { FactPart } from './fact-gatherer.js';

// Inserted first, so that there is a row to lock; a source that another instance is at is left to it.
const TAKE = `
SELECT coalesce(gathered_at > $2::timestamptz, false) AS "isRecent"
FROM told_fact_source
WHERE source = $1
FOR UPDATE SKIP LOCKED`;

// The end of a part: no id goes on with a character above U+10FFFF.
const CHANGED = `
WITH given AS (
  SELECT id, body
  FROM unnest($2::text[], $3::jsonb[]) AS u (id, body)
)
SELECT g.id, g.body::text AS body
FROM given AS g
LEFT JOIN told_fact AS f ON f.source = $1 AND f.id = g.id
WHERE f.body IS DISTINCT FROM g.body
UNION ALL
SELECT f.id, NULL
FROM told_fact AS f
WHERE f.source = $1
  AND f.id >= $4::text COLLATE "C"
  AND f.id < $4::text || chr(1114111) COLLATE "C"
  AND f.body IS NOT NULL
  AND NOT EXISTS (SELECT FROM given AS g WHERE g.id = f.id)
ORDER BY id`;

const TAKE_PLACES = `
UPDATE told_fact_head
SET place = place + $1
RETURNING place`;

const TELL = `
INSERT INTO told_fact AS f (source, id, place, changed_at, body)
SELECT $1, u.id, $2::bigint - cardinality($3::text[]) + u.number, $5, u.body
FROM unnest($3::text[], $4::jsonb[]) WITH ORDINALITY AS u (id, body, number)
ON CONFLICT (source, id) DO UPDATE
SET place = excluded.place, changed_at = excluded.changed_at, body = excluded.body`;

const NOTE = `
UPDATE told_fact_source
SET gathered_at = $2, sealed_up_to = greatest(sealed_up_to, $3::timestamptz)
WHERE source = $1`;

const PAGE = `
SELECT id, place, changed_at, body
FROM told_fact
WHERE source = $1
  AND place > $2
ORDER BY place
LIMIT $3`;

interface PageRow {
  readonly id: string;
  readonly place: bigint;
  readonly changed_at: Date;
  readonly body: FactRow['body'];
}

/** Facts that a service tells: each as it stands, in an order in which nothing comes late. */
export class ToldFactStore {
  /** Before the first round nothing is sealed. */
  async begin(database: Queryable, source: string): Promise<void> {
    await database.query(
      `INSERT INTO told_fact_source (source, gathered_at, sealed_up_to)
       VALUES ($1, '-infinity', '-infinity')
       ON CONFLICT DO NOTHING`,
      [source],
    );
  }

  /** Takes a source for this transaction: false when another instance has it, or has gathered it since that. */
  async take(transaction: Transaction, source: string, sinceMs: number | undefined): Promise<boolean> {
    const since = sinceMs === undefined ? null : new Date(sinceMs);
    const [row] = await transaction.query<{ isRecent: boolean }>(TAKE, [source, since]);
    return row?.isRecent === false;
  }

  /** Tells what has changed of a part; returns how much that is. The source must be taken. */
  async tell(transaction: Transaction, source: string, part: FactPart, nowMs: number): Promise<number> {
    const changed = await transaction.query<{ id: string; body: string | null }>(CHANGED, [
      source,
      part.facts.map(({ id }) => id),
      part.facts.map(({ body }) => JSON.stringify(body)),
      part.prefix ?? null,
    ]);
    if (changed.length === 0) return 0;
    const [head] = await transaction.query<{ place: bigint }>(TAKE_PLACES, [changed.length]);
    const [ids, bodies] = [changed.map(({ id }) => id), changed.map(({ body }) => body)];
    await transaction.query(TELL, [source, head!.place, ids, bodies, new Date(nowMs)]);
    return changed.length;
  }

  async note(transaction: Transaction, source: string, nowMs: number, sealedMs: number): Promise<void> {
    await transaction.query(NOTE, [source, new Date(nowMs), new Date(sealedMs)]);
  }

  /** Undefined before the first round. */
  async sealedUpTo(database: Queryable, source: string): Promise<Date | undefined> {
    const [row] = await database.query<{ at: Date }>(
      `SELECT sealed_up_to AS at
       FROM told_fact_source
       WHERE source = $1
         AND isfinite(sealed_up_to)`,
      [source],
    );
    return row?.at;
  }

  async head(database: Queryable): Promise<bigint> {
    const [row] = await database.query<{ place: bigint }>('SELECT place FROM told_fact_head');
    return row!.place;
  }

  /** What stands behind a place, in order. */
  async page(
    database: Queryable,
    source: string,
    after: bigint,
    max: number,
  ): Promise<{ readonly rows: FactRow[]; readonly last: bigint | undefined }> {
    const rows = await database.query<PageRow>(PAGE, [source, after, max]);
    return {
      rows: rows.map(({ id, changed_at, body }) => ({ id, changedAt: changed_at.toISOString(), body })),
      last: rows.at(-1)?.place,
    };
  }
}
