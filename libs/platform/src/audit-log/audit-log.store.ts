import { chained, GENESIS, type AuditEntry, type AuditHead, type Deed } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';

const TAKE_HEAD = `
  SELECT number, day::text AS day, hash
  FROM audit_head
  FOR UPDATE`;

const APPEND = `
  WITH added AS (
    INSERT INTO audit_entry (number, day, entry)
    SELECT *
    FROM unnest($1::bigint[], $2::date[], $3::json[])
    RETURNING number)
  UPDATE audit_head
  SET number = $4, day = $5, hash = $6
  WHERE (SELECT count(*) FROM added) > 0`;

interface HeadRow {
  number: bigint;
  day: string | null;
  hash: string;
}

/**
 * Writes deeds down, in the transaction that does them. Whoever writes next waits for its end, so write them last: then
 * nobody waits for long, and nobody for each other.
 */
export async function recordDeeds(
  transaction: Queryable,
  service: string,
  deeds: readonly Deed[],
): Promise<void> {
  if (deeds.length === 0) return;
  const [head] = await transaction.query<HeadRow>(TAKE_HEAD);
  if (head === undefined) throw new Error('the audit log has no head');
  const entries = chained({ ...head, service, number: Number(head.number) }, deeds);
  const { number, day, hash } = entries.at(-1)!;
  await transaction.query(APPEND, [
    entries.map((entry) => entry.number),
    entries.map((entry) => entry.day),
    entries.map((entry) => JSON.stringify(entry)),
    number,
    day,
    hash,
  ]);
}

/** Entries behind `after` up to `until`, in their order. */
export async function auditEntries(
  database: Queryable,
  { after, until, limit }: { readonly after: number; readonly until: number; readonly limit: number },
): Promise<AuditEntry[]> {
  const rows = await database.query<{ entry: AuditEntry }>(
    `SELECT entry
     FROM audit_entry
     WHERE number > $1
       AND number <= $2
     ORDER BY number
     LIMIT $3`,
    [after, until, limit],
  );
  return rows.map(({ entry }) => entry);
}

/** Where the log stood at the end of a day. */
export async function auditHeadOf(database: Queryable, service: string, day: string): Promise<AuditHead> {
  const [last] = await database.query<{ entry: AuditEntry }>(
    `SELECT entry
     FROM audit_entry
     WHERE day <= $1
     ORDER BY day DESC, number DESC
     LIMIT 1`,
    [day],
  );
  return { service, day, number: last?.entry.number ?? 0, hash: last?.entry.hash ?? GENESIS };
}

/** Where the log stands, by the row that gives the numbers. */
export async function newestHead(database: Queryable): Promise<{ number: number; hash: string }> {
  const [head] = await database.query<HeadRow>('SELECT number, hash FROM audit_head');
  return { number: Number(head?.number ?? 0n), hash: head?.hash ?? GENESIS };
}
