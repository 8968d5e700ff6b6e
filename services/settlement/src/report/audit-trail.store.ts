import type { AuditEntry } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';

// Entries of the services' audit logs as they were copied: facts whose ids are their numbers, in order.

export interface TrailKey {
  readonly service: string;
  readonly id: string;
}

/** Days by which entries are filed, as known at an instant. */
export interface TrailSpan {
  readonly day: string;
  readonly until: string;
  readonly knownAt: Date;
}

interface EntryRow extends TrailKey {
  readonly entry: string;
}

const AS_COPIED = `
  source = 'switch.audit-entry'
  AND version = 1
  AND (body ->> 'at')::timestamptz <= $1::timestamptz`;

/** Entries of days behind a key, in order. */
export async function trailPage(
  database: Queryable,
  { day, until, knownAt }: TrailSpan,
  after: TrailKey,
  limit: number,
): Promise<(TrailKey & { readonly entry: AuditEntry })[]> {
  const rows = await database.query<EntryRow & object>(
    `SELECT service, id, body ->> 'entry' AS entry
     FROM fact
     WHERE ${AS_COPIED}
       AND (body ->> 'day')::date BETWEEN $2 AND $3
       AND (service, id) > ($4, $5)
     ORDER BY service, id
     LIMIT $6`,
    [knownAt, day, until, after.service, after.id, limit],
  );
  return rows.map(({ entry, ...key }) => ({ ...key, entry: JSON.parse(entry) as AuditEntry }));
}

/** The entry that stands before one; undefined for the first that there is. */
export async function entryBefore(
  database: Queryable,
  { service, id }: TrailKey,
  knownAt: Date,
): Promise<AuditEntry | undefined> {
  const [row] = await database.query<{ entry: string }>(
    `SELECT body ->> 'entry' AS entry
     FROM fact
     WHERE ${AS_COPIED}
       AND service = $2
       AND id < $3
     ORDER BY id DESC
     LIMIT 1`,
    [knownAt, service, id],
  );
  return row === undefined ? undefined : (JSON.parse(row.entry) as AuditEntry);
}

/** Entries of days of which something else was copied later. */
export function changedEntries(
  database: Queryable,
  { day, until, knownAt }: TrailSpan,
): Promise<{ readonly service: string; readonly number: number }[]> {
  return database.query(
    `SELECT DISTINCT service, number
     FROM (
       SELECT later.service, (first.body ->> 'number')::integer AS number, (first.body ->> 'day')::date AS day
       FROM fact AS later
       JOIN fact AS first USING (source, service, id)
       WHERE source = 'switch.audit-entry'
         AND first.version = 1
         AND later.version > 1
         AND later.known_from <= $1
     ) AS changed
     WHERE day BETWEEN $2 AND $3
     ORDER BY service, number`,
    [knownAt, day, until],
  );
}
