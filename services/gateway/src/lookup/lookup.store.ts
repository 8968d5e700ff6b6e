import type { Queryable } from '@tonle/persistence';
import type { Lookup } from './lookup.js';

/** Table `lookup`. */
export async function insertLookups(
  database: Queryable,
  lookups: readonly Lookup[],
  madeAt: Date,
): Promise<void> {
  await database.query(
    `INSERT INTO lookup (lookup_id, participant, finding, valid_until, made_at)
     SELECT lookup_id, participant, finding, valid_until, $5
     FROM unnest($1::uuid[], $2::text[], $3::jsonb[], $4::timestamptz[])
       AS f (lookup_id, participant, finding, valid_until)`,
    [
      lookups.map((lookup) => lookup.lookupId),
      lookups.map((lookup) => lookup.participant),
      lookups.map((lookup) => JSON.stringify(lookup)),
      lookups.map((lookup) => lookup.found.validUntil),
      madeAt,
    ],
  );
}

export async function lookupsById(database: Queryable, lookupIds: readonly string[]): Promise<Lookup[]> {
  const rows = await database.query<{ lookup: Lookup }>(
    `SELECT finding AS lookup
     FROM lookup
     WHERE lookup_id = ANY ($1::uuid[])`,
    [lookupIds],
  );
  return rows.map((row) => row.lookup);
}

/** Lookups are personal data: they go when nobody can pay on them any more. */
export async function deleteOldLookups(database: Queryable, before: Date, limit: number): Promise<number> {
  const rows = await database.query(
    `DELETE FROM lookup
     WHERE lookup_id IN (
       SELECT lookup_id
       FROM lookup
       WHERE valid_until < $1
       ORDER BY valid_until
       LIMIT $2)
     RETURNING 1`,
    [before, limit],
  );
  return rows.length;
}
