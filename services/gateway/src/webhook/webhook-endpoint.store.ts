import type { Queryable } from '@tonle/persistence';
import type { WebhookEndpoint } from './webhook-endpoint.js';

/** For rows of `webhook_endpoint AS e`. */
export const ENDPOINT_COLUMNS = `e.endpoint_id AS "endpointId", e.participant, e.url, e.format, e.types, e.description, e.state,
  e.disabled_because AS "disabledBecause", e.disabled_at AS "disabledAt", e.created_at AS "createdAt",
  e.created_by AS "createdBy", e.position, e.key_number AS "keyNumber", e.previous_until AS "previousUntil",
  e.failures, e.failing_since AS "failingSince", e.taken_at AS "takenAt"`;

export type NewWebhookEndpoint = Pick<
  WebhookEndpoint,
  'endpointId' | 'participant' | 'url' | 'format' | 'types' | 'description' | 'createdAt' | 'createdBy'
>;

/**
 * Adds an endpoint that begins at the end of its participant's feed; of the same URL and format, what it is told is changed.
 * Undefined when the participant has `max` others.
 */
export async function putEndpoint(
  database: Queryable,
  endpoint: NewWebhookEndpoint,
  max: number,
): Promise<WebhookEndpoint | undefined> {
  const [row] = await database.query<WebhookEndpoint & object>(
    `INSERT INTO webhook_endpoint AS e
       (endpoint_id, participant, url, format, types, description, state, created_at, created_by, position)
     SELECT $1::uuid, $2, $3, $4, $5::text[], $6, 'active', $7::timestamptz, $8,
       COALESCE((SELECT last FROM notice_feed WHERE participant = $2), 0)
     WHERE (
       SELECT count(*)
       FROM webhook_endpoint AS o
       WHERE o.participant = $2 AND o.state <> 'deleted' AND (o.url, o.format) <> ($3, $4)) < $9
     ON CONFLICT (participant, url, format) WHERE state <> 'deleted'
       DO UPDATE SET types = excluded.types, description = excluded.description
     RETURNING ${ENDPOINT_COLUMNS}`,
    [
      endpoint.endpointId,
      endpoint.participant,
      endpoint.url,
      endpoint.format,
      endpoint.types,
      endpoint.description,
      endpoint.createdAt,
      endpoint.createdBy,
      max,
    ],
  );
  return row;
}

/** Of one participant, the oldest first. */
export function endpointsOf(database: Queryable, participant: string): Promise<WebhookEndpoint[]> {
  return database.query<WebhookEndpoint & object>(
    `SELECT ${ENDPOINT_COLUMNS}
     FROM webhook_endpoint AS e
     WHERE e.participant = $1 AND e.state <> 'deleted'
     ORDER BY e.endpoint_id`,
    [participant],
  );
}

/** Which endpoint of which participant. */
export interface OwnEndpoint {
  readonly participant: string;
  readonly endpointId: string;
}

const OWN = `e.endpoint_id = $1 AND e.participant = $2 AND e.state <> 'deleted'`;

/** Undefined when the participant has no such endpoint; so below. */
export async function endpointOf(
  database: Queryable,
  { endpointId, participant }: OwnEndpoint,
): Promise<WebhookEndpoint | undefined> {
  const [row] = await database.query<WebhookEndpoint & object>(
    `SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoint AS e WHERE ${OWN}`,
    [endpointId, participant],
  );
  return row;
}

/** Its row until the end of the transaction, as it stands before a change. */
export async function lockEndpoint(
  transaction: Queryable,
  { endpointId, participant }: OwnEndpoint,
): Promise<WebhookEndpoint | undefined> {
  const [row] = await transaction.query<WebhookEndpoint & object>(
    `SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoint AS e WHERE ${OWN} FOR UPDATE`,
    [endpointId, participant],
  );
  return row;
}

/** The same of the one that `putEndpoint` would change. */
export async function lockEndpointAt(
  transaction: Queryable,
  { participant, url, format }: Pick<WebhookEndpoint, 'participant' | 'url' | 'format'>,
): Promise<WebhookEndpoint | undefined> {
  const [row] = await transaction.query<WebhookEndpoint & object>(
    `SELECT ${ENDPOINT_COLUMNS}
     FROM webhook_endpoint AS e
     WHERE e.participant = $1 AND e.url = $2 AND e.format = $3 AND e.state <> 'deleted'
     FOR UPDATE`,
    [participant, url, format],
  );
  return row;
}

async function changed(
  database: Queryable,
  { endpointId, participant }: OwnEndpoint,
  set: string,
  ...more: readonly unknown[]
): Promise<WebhookEndpoint | undefined> {
  const [row] = await database.query<WebhookEndpoint & object>(
    `UPDATE webhook_endpoint AS e SET ${set} WHERE ${OWN} RETURNING ${ENDPOINT_COLUMNS}`,
    [endpointId, participant, ...more],
  );
  return row;
}

/** It is sent nothing more; who sends to it now finds that its lease is gone. */
export function deleteEndpoint(database: Queryable, own: OwnEndpoint): Promise<WebhookEndpoint | undefined> {
  return changed(database, own, `state = 'deleted', lease = NULL, leased_until = NULL`);
}

/** It goes on where it was stopped. */
export function enableEndpoint(database: Queryable, own: OwnEndpoint): Promise<WebhookEndpoint | undefined> {
  const set = `state = 'active', disabled_because = NULL, disabled_at = NULL, failures = 0, failing_since = NULL,
    rest_until = NULL`;
  return changed(database, own, set);
}

/** From now on the next key signs, and until then the one before it as well. */
export function rotateEndpointKey(
  database: Queryable,
  own: OwnEndpoint,
  until: Date,
): Promise<WebhookEndpoint | undefined> {
  return changed(database, own, 'key_number = e.key_number + 1, previous_until = $3', until);
}

/** An endpoint with what waits for it. */
export interface EndpointLoad extends WebhookEndpoint {
  readonly waiting: bigint;
  /** When the oldest that it has not been sent was noticed; null: nothing waits. */
  readonly oldestAt: Date | null;
}

/** All endpoints but the deleted ones, what has waited longest first. */
export function endpointLoads(database: Queryable): Promise<EndpointLoad[]> {
  return database.query<EndpointLoad & object>(
    `SELECT ${ENDPOINT_COLUMNS}, COALESCE(p.waiting, 0) + GREATEST(COALESCE(f.last, 0) - e.position, 0) AS waiting,
       LEAST(p.oldest_at, n.noticed_at) AS "oldestAt"
     FROM webhook_endpoint AS e
     LEFT JOIN notice_feed AS f USING (participant)
     LEFT JOIN LATERAL (
       SELECT count(*) AS waiting, min(noticed_at) AS oldest_at
       FROM webhook_delivery AS d
       WHERE d.endpoint_id = e.endpoint_id AND d.state = 'pending') AS p ON true
     LEFT JOIN LATERAL (
       SELECT noticed_at
       FROM notice
       WHERE notice.participant = e.participant
         AND notice.position > e.position
         AND (cardinality(e.types) = 0 OR notice.type = ANY (e.types))
       ORDER BY notice.position
       LIMIT 1) AS n ON true
     WHERE e.state <> 'deleted'
     ORDER BY "oldestAt" NULLS LAST, e.endpoint_id`,
  );
}
