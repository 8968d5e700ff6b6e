import type { LegExchange } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';

/** The newest of a leg; all of them are in its evidence. */
const EXCHANGES_MAX = 100;

const EXCHANGES = `
  SELECT subject, at, direction, operation, status
  FROM unnest($1::text[]) AS wanted (leg_key)
  CROSS JOIN LATERAL (
    SELECT evidence_id, subject, at, direction, operation, status
    FROM evidence
    WHERE subject = leg_key
    ORDER BY evidence_id DESC
    LIMIT $2) AS newest
  ORDER BY evidence_id`;

/** What was said about legs to and fro, in its order: operations and times, not what people or codes stand in it. */
export async function exchangesOf(
  database: Queryable,
  legKeys: readonly string[],
): Promise<ReadonlyMap<string, LegExchange[]>> {
  const rows = await database.query<{
    subject: string;
    at: Date;
    direction: LegExchange['direction'];
    operation: string;
    status: number | null;
  }>(EXCHANGES, [legKeys, EXCHANGES_MAX]);
  const exchanges = new Map<string, LegExchange[]>();
  for (const { subject, at, direction, operation, status } of rows) {
    const own = exchanges.get(subject) ?? [];
    own.push({ at: at.toISOString(), direction, operation, ...(status !== null && { status }) });
    exchanges.set(subject, own);
  }
  return exchanges;
}
