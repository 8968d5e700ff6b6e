import type { Queryable } from '@tonle/persistence';
import type { Attempt } from './delivery.decide.js';
import type { OwnEndpoint } from './webhook-endpoint.store.js';

/** A delivery as its participant sees it. Rows are read by these names. */
export interface LoggedDelivery {
  readonly eventId: string;
  readonly position: bigint;
  readonly type: string;
  readonly paymentId: string | null;
  readonly state: 'pending' | 'delivered' | 'failed';
  readonly attempts: readonly Attempt[];
  readonly dueAt: Date | null;
}

/** The newest first, of all states or one. */
export function listDeliveries(
  database: Queryable,
  { endpointId, participant }: OwnEndpoint,
  asked: { readonly state: string | undefined; readonly before: bigint | undefined; readonly limit: number },
): Promise<LoggedDelivery[]> {
  return database.query<LoggedDelivery & object>(
    `SELECT n.notice_id AS "eventId", d.position, n.type, d.payment_id AS "paymentId", d.state, d.attempts,
       d.due_at AS "dueAt"
     FROM webhook_delivery AS d
     JOIN notice AS n ON n.participant = $2 AND n.position = d.position
     WHERE d.endpoint_id = $1
       AND ($3::text IS NULL OR d.state = $3)
       AND ($4::bigint IS NULL OR d.position < $4)
     ORDER BY d.position DESC
     LIMIT $5`,
    [endpointId, participant, asked.state ?? null, asked.before ?? null, asked.limit],
  );
}

/** Now, or when the earlier one of its payment that is tried again is due. */
const DUE = `GREATEST($3::timestamptz, (
  SELECT max(earlier.due_at)
  FROM webhook_delivery AS earlier
  WHERE earlier.endpoint_id = $1
    AND earlier.payment_id = d.payment_id
    AND earlier.position < d.position
    AND earlier.state = 'pending'))`;

/** An event is sent once more, by the whole schedule. False when there is none, or its turn has not come yet. */
export async function resendDelivery(
  database: Queryable,
  { endpointId, participant }: OwnEndpoint,
  now: Date,
  eventId: string,
): Promise<boolean> {
  const rows = await database.query(
    `INSERT INTO webhook_delivery (endpoint_id, position, payment_id, state, attempts, due_at, noticed_at)
     SELECT $1, d.position, d.payment_id, 'pending', '[]', ${DUE}, d.noticed_at
     FROM notice AS d
     JOIN webhook_endpoint AS e ON e.endpoint_id = $1
     WHERE d.notice_id = $4 AND d.participant = $2 AND d.position <= e.position
     ON CONFLICT (endpoint_id, position) DO UPDATE
       SET state = 'pending', first_at = NULL, due_at = excluded.due_at
     RETURNING endpoint_id`,
    [endpointId, participant, now, eventId],
  );
  return rows.length > 0;
}

/** The same of those that were given up, of events that were told since then; resolves to how many. */
export async function resendFailed(
  database: Queryable,
  { endpointId, participant }: OwnEndpoint,
  now: Date,
  since: Date,
  limit: number,
): Promise<number> {
  const rows = await database.query(
    `UPDATE webhook_delivery AS d
     SET state = 'pending', first_at = NULL, due_at = ${DUE}
     FROM (
       SELECT f.position
       FROM webhook_delivery AS f
       JOIN webhook_endpoint AS e USING (endpoint_id)
       WHERE f.endpoint_id = $1 AND e.participant = $2 AND f.state = 'failed' AND f.noticed_at >= $4
       ORDER BY f.position
       LIMIT $5) AS failed
     WHERE d.endpoint_id = $1 AND d.position = failed.position
     RETURNING d.position`,
    [endpointId, participant, now, since, limit],
  );
  return rows.length;
}

/** Ends the log of what was told before; resolves to how much. */
export async function forgetDeliveries(database: Queryable, before: Date, limit: number): Promise<number> {
  const rows = await database.query(
    `DELETE FROM webhook_delivery
     WHERE (endpoint_id, position) IN (
       SELECT endpoint_id, position FROM webhook_delivery WHERE noticed_at < $1 LIMIT $2)
     RETURNING position`,
    [before, limit],
  );
  return rows.length;
}
