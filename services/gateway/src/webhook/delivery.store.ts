import type { Queryable } from '@tonle/persistence';
import type { StoredNotice } from '../notice/notice.store.js';
import type { Attempt, EndpointHealth } from './delivery.decide.js';
import { ENDPOINT_COLUMNS } from './webhook-endpoint.store.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';

// One instance sends to an endpoint at a time: it holds the endpoint's lease, by the database's clock. What it writes it writes under
// the lease, so one that was thought dead writes nothing any more.

/** Longer than a round can last: sending, and what is sent last still waits for its answer. */
const LEASE_S = 60;
/** Positions that a round looks through for what the endpoint wants. */
const LOOKED_THROUGH_MAX = 20_000;

export interface LeasedEndpoint extends WebhookEndpoint {
  readonly lease: string;
}

/** Takes endpoints that have something to be sent now and that nobody sends to, who was served longest ago first. */
export function leaseEndpoints(database: Queryable, now: Date, limit: number): Promise<LeasedEndpoint[]> {
  return database.query<LeasedEndpoint & object>(
    `UPDATE webhook_endpoint AS e
     SET lease = gen_random_uuid(), leased_until = now() + ${LEASE_S} * interval '1 second'
     FROM (
       SELECT endpoint_id
       FROM webhook_endpoint AS w
       LEFT JOIN notice_feed AS f USING (participant)
       WHERE w.state = 'active'
         AND (w.leased_until IS NULL OR w.leased_until < now())
         AND (w.rest_until IS NULL OR w.rest_until <= $1)
         AND (f.last > w.position OR EXISTS (
           SELECT
           FROM webhook_delivery AS d
           WHERE d.endpoint_id = w.endpoint_id AND d.state = 'pending' AND d.due_at <= $1))
       ORDER BY w.leased_until NULLS FIRST
       LIMIT $2
       FOR UPDATE OF w SKIP LOCKED) AS free
     WHERE e.endpoint_id = free.endpoint_id
     RETURNING ${ENDPOINT_COLUMNS}, e.lease`,
    [now, limit],
  );
}

/** A notice that is to be sent to an endpoint. */
export interface DueDelivery extends StoredNotice {
  readonly noticedAt: Date;
  /** Attempts since it was to be sent; 0: it is new. */
  readonly tried: number;
  readonly firstAt: Date | null;
  /** An earlier one of its payment is tried again then: this one waits for it. */
  readonly waitsUntil: Date | null;
}

const NOTICE = `n.notice_id AS "noticeId", n.position, n.type, n.payment_id AS "paymentId", n.data, n.at, n.noticed_at AS "noticedAt"`;

/** What is to be tried again now: of a payment the earliest only. */
export function dueDeliveries(
  database: Queryable,
  { endpointId, participant }: WebhookEndpoint,
  now: Date,
  limit: number,
): Promise<DueDelivery[]> {
  return database.query<DueDelivery & object>(
    `SELECT ${NOTICE}, d.first_at AS "firstAt", NULL AS "waitsUntil",
       (SELECT count(*)::integer FROM jsonb_array_elements(d.attempts) AS a WHERE (a ->> 'at')::timestamptz >= d.first_at) AS tried
     FROM webhook_delivery AS d
     JOIN notice AS n ON n.participant = $2 AND n.position = d.position
     WHERE d.endpoint_id = $1
       AND d.state = 'pending'
       AND d.due_at <= $3
       AND NOT EXISTS (
         SELECT
         FROM webhook_delivery AS earlier
         WHERE earlier.endpoint_id = d.endpoint_id
           AND earlier.payment_id = d.payment_id
           AND earlier.position < d.position
           AND earlier.state = 'pending')
     ORDER BY d.due_at
     LIMIT $4`,
    [endpointId, participant, now, limit],
  );
}

/** What the feed has beyond the endpoint's position, and up to where that is all that it wants. */
export async function freshDeliveries(
  database: Queryable,
  { endpointId, participant, position, types }: WebhookEndpoint,
  always: string,
  limit: number,
): Promise<{ readonly fresh: DueDelivery[]; readonly upTo: bigint }> {
  const rows = await database.query<DueDelivery & { upTo: bigint }>(
    `SELECT f."upTo", ${NOTICE}, 0 AS tried, NULL AS "firstAt",
       (SELECT max(d.due_at)
        FROM webhook_delivery AS d
        WHERE d.endpoint_id = $1 AND d.payment_id = n.payment_id AND d.state = 'pending') AS "waitsUntil"
     FROM (
       SELECT participant, LEAST(last, $3::bigint + ${LOOKED_THROUGH_MAX}) AS "upTo"
       FROM notice_feed
       WHERE participant = $2) AS f
     LEFT JOIN notice AS n ON n.participant = f.participant
       AND n.position > $3
       AND n.position <= f."upTo"
       AND (cardinality($4::text[]) = 0 OR n.type = ANY ($4) OR n.type = $5)
     ORDER BY n.position
     LIMIT $6`,
    [endpointId, participant, position, types, always, limit],
  );
  const fresh = rows.filter(({ noticeId }) => noticeId !== null);
  const upTo = fresh.length === limit ? fresh.at(-1)!.position : (rows[0]?.upTo ?? position);
  return { fresh, upTo };
}

/** How a delivery stands after a round. */
export interface DeliveryWrite {
  readonly position: bigint;
  readonly paymentId: string | null;
  readonly noticedAt: Date;
  readonly state: 'pending' | 'delivered' | 'failed';
  readonly attempts: readonly Attempt[];
  readonly firstAt: Date | null;
  readonly dueAt: Date | null;
}

export async function writeDeliveries(
  transaction: Queryable,
  endpointId: string,
  writes: readonly DeliveryWrite[],
): Promise<void> {
  if (writes.length === 0) return;
  await transaction.query(
    `INSERT INTO webhook_delivery AS d
       (endpoint_id, position, payment_id, state, attempts, first_at, due_at, noticed_at)
     SELECT $1, position, payment_id, state, attempts, first_at, due_at, noticed_at
     FROM unnest($2::bigint[], $3::uuid[], $4::text[], $5::jsonb[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[])
       AS w (position, payment_id, state, attempts, first_at, due_at, noticed_at)
     ON CONFLICT (endpoint_id, position) DO UPDATE
       SET state = excluded.state, attempts = d.attempts || excluded.attempts, first_at = excluded.first_at,
         due_at = excluded.due_at`,
    [
      endpointId,
      writes.map(({ position }) => position),
      writes.map(({ paymentId }) => paymentId),
      writes.map(({ state }) => state),
      writes.map(({ attempts }) => JSON.stringify(attempts)),
      writes.map(({ firstAt }) => firstAt),
      writes.map(({ dueAt }) => dueAt),
      writes.map(({ noticedAt }) => noticedAt),
    ],
  );
}

/** Those that wait for an earlier one of their payment are due when it is, or now that it is done. */
export async function moveFollowers(
  transaction: Queryable,
  endpointId: string,
  writes: readonly DeliveryWrite[],
  now: Date,
): Promise<void> {
  const dueOf = new Map<string, Date>();
  for (const { paymentId, dueAt } of writes) {
    const due = dueAt ?? now;
    if (paymentId !== null && due >= (dueOf.get(paymentId) ?? due)) dueOf.set(paymentId, due);
  }
  await transaction.query(
    `UPDATE webhook_delivery AS d
     SET due_at = w.due_at
     FROM unnest($2::uuid[], $3::timestamptz[]) AS w (payment_id, due_at)
     WHERE d.endpoint_id = $1
       AND d.payment_id = w.payment_id
       AND d.state = 'pending'`,
    [endpointId, [...dueOf.keys()], [...dueOf.values()]],
  );
}

/** What a round leaves of its endpoint. */
export interface RoundEnd {
  readonly position: bigint;
  readonly health: EndpointHealth;
  readonly takenAt: Date | null;
  readonly disabledBecause: 'gone' | 'failing' | null;
  readonly now: Date;
  /** Goes on with the next round: the lease is kept. */
  readonly keep: boolean;
}

const dateOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

/** False when the lease is somebody else's by now, or the endpoint was disabled or deleted: then nothing may be written. */
export async function endRound(
  transaction: Queryable,
  { endpointId, lease }: LeasedEndpoint,
  { position, health, takenAt, disabledBecause, now, keep }: RoundEnd,
): Promise<boolean> {
  const rows = await transaction.query(
    `UPDATE webhook_endpoint
     SET position = $3, failures = $4, failing_since = $5, rest_until = $6, taken_at = COALESCE($7, taken_at),
       state = CASE WHEN $8::text IS NULL THEN 'active' ELSE 'disabled' END,
       disabled_because = $8, disabled_at = CASE WHEN $8::text IS NULL THEN NULL ELSE $9::timestamptz END,
       lease = CASE WHEN $10 THEN lease END,
       leased_until = CASE WHEN $10 THEN now() + ${LEASE_S} * interval '1 second' ELSE now() END
     WHERE endpoint_id = $1 AND lease = $2 AND state = 'active'
     RETURNING endpoint_id`,
    [
      endpointId,
      lease,
      position,
      health.failures,
      dateOf(health.failingSinceMs),
      dateOf(health.restUntilMs),
      takenAt,
      disabledBecause,
      now,
      keep,
    ],
  );
  return rows.length > 0;
}
