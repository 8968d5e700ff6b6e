import type { Queryable } from '@tonle/persistence';
import type { Finding } from './lookup.js';

/** Table `lookup`. */
export async function insertFindings(
  database: Queryable,
  findings: readonly Finding[],
  madeAt: Date,
): Promise<void> {
  await database.query(
    `INSERT INTO lookup (lookup_id, participant, finding, valid_until, made_at)
     SELECT lookup_id, participant, finding, valid_until, $5
     FROM unnest($1::uuid[], $2::text[], $3::jsonb[], $4::timestamptz[])
       AS f (lookup_id, participant, finding, valid_until)`,
    [
      findings.map((finding) => finding.lookupId),
      findings.map((finding) => finding.participant),
      findings.map((finding) => JSON.stringify(finding)),
      findings.map((finding) => finding.found.validUntil),
      madeAt,
    ],
  );
}

export async function findingsById(database: Queryable, lookupIds: readonly string[]): Promise<Finding[]> {
  const rows = await database.query<{ finding: Finding }>(
    `SELECT finding
     FROM lookup
     WHERE lookup_id = ANY ($1::uuid[])`,
    [lookupIds],
  );
  return rows.map((row) => row.finding);
}

/** Lookups are personal data: they go when nobody can pay on them any more. */
export async function deleteOldFindings(database: Queryable, before: Date, limit: number): Promise<number> {
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
