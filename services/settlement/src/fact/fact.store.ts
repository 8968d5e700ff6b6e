import type { FactPage } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';

const STATE = `
SELECT place, sealed_up_to AS "sealedUpTo", copied_at AS "copiedAt", begun_at AS "begunAt"
FROM fact_copy
WHERE source = $1
  AND service = $2`;

const BEGIN = `
INSERT INTO fact_copy (source, service)
SELECT *
FROM unnest($1::text[], $2::text[])
ON CONFLICT DO NOTHING`;

// Whoever reads what was known waits for this row: what is known from later on is not known to it.
const TAKE = `
SELECT
FROM fact_copy
WHERE source = $1
  AND service = $2
  AND place IS NOT DISTINCT FROM $3
FOR UPDATE`;

// A clock that was set back ends nothing before it began.
const END = `
UPDATE fact AS f
SET known_until = greatest($5::timestamptz, f.known_from)
FROM unnest($3::text[], $4::jsonb[]) AS u (id, body)
WHERE f.source = $1
  AND f.service = $2
  AND f.id = u.id
  AND f.known_until IS NULL
  AND f.body IS DISTINCT FROM u.body`;

const KNOW = `
INSERT INTO fact (source, service, id, version, known_from, body)
SELECT $1, $2, u.id, coalesce(last.version, 0) + 1, greatest($5::timestamptz, last.known_until), u.body
FROM unnest($3::text[], $4::jsonb[]) AS u (id, body)
LEFT JOIN LATERAL (
  SELECT version, known_until
  FROM fact
  WHERE source = $1 AND service = $2 AND id = u.id
  ORDER BY version DESC
  LIMIT 1
) AS last ON true
WHERE u.body IS NOT NULL
  AND (last.version IS NULL OR last.known_until IS NOT NULL)`;

const ADVANCE = `
UPDATE fact_copy
SET place = $3, facts = facts + $4, copied_at = $5, sealed_up_to = coalesce($6::timestamptz, sealed_up_to),
  begun_at = coalesce(begun_at, $5)
WHERE source = $1
  AND service = $2`;

/** Whose facts, and which. */
export interface FactCopyKey {
  readonly source: string;
  readonly service: string;
}

export interface FactCopyState {
  /** The place behind what was copied; null before the first round, and when all is looked at again. */
  readonly place: string | null;
  readonly sealedUpTo: Date | null;
  readonly copiedAt: Date | null;
  readonly begunAt: Date | null;
}

/** Facts of other services, each version with how long it was known. */
export class FactStore {
  async begin(database: Queryable, keys: readonly FactCopyKey[]): Promise<void> {
    await database.query(BEGIN, [keys.map(({ source }) => source), keys.map(({ service }) => service)]);
  }

  /** Copies none of these services any more: what is known stays, and should one be there again all is looked at. */
  async leave(database: Queryable, sources: readonly string[], services: readonly string[]): Promise<void> {
    await database.query(
      `DELETE FROM fact_copy
       WHERE source = ANY($1)
         AND service <> ALL($2)`,
      [sources, services],
    );
  }

  async state(database: Queryable, { source, service }: FactCopyKey): Promise<FactCopyState> {
    const [row] = await database.query<FactCopyState & object>(STATE, [source, service]);
    return row ?? { place: null, sealedUpTo: null, copiedAt: null, begunAt: null };
  }

  /**
   * False when another instance has copied meanwhile: nothing is written. What is known already, in the same words, stays the version that
   * it is. `now` is asked once nobody reads what was known before.
   */
  async append(
    transaction: Transaction,
    { source, service }: FactCopyKey,
    place: string | null,
    { rows, next, sealedUpTo }: FactPage,
    now: () => number,
  ): Promise<boolean> {
    const taken = await transaction.query(TAKE, [source, service, place]);
    if (taken.length === 0) return false;
    const at = new Date(now());
    const ids = rows.map(({ id }) => id);
    const bodies = rows.map(({ body }) => (body === null ? null : JSON.stringify(body)));
    if (rows.length > 0) {
      await transaction.query(END, [source, service, ids, bodies, at]);
      await transaction.query(KNOW, [source, service, ids, bodies, at]);
    }
    await transaction.query(ADVANCE, [source, service, next, rows.length, at, sealedUpTo ?? null]);
    return true;
  }

  /** All is looked at again from the first fact on; what is the same stays. */
  async beginAgain(database: Queryable, { source, service }: FactCopyKey, place: string): Promise<void> {
    await database.query(
      `UPDATE fact_copy
       SET place = NULL, begun_at = NULL
       WHERE source = $1
         AND service = $2
         AND place = $3`,
      [source, service, place],
    );
  }
}
