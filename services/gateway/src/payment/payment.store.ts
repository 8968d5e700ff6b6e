import type { OutboxEntry, OutboxSource, OutboundRecord } from '@tonle/messaging';
import { TOPICS } from '@tonle/messaging';
import type { PaymentEventMessage, PaymentSubmit } from '@tonle/contracts';
import { TERMINAL_STATES } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { Channel, Order, StoredRequest } from './payment.js';

// The only place that knows table `request`.

const COLUMNS = `payment_id, participant, message_id, content_hash, channel, message_version, uetr, submit,
  creditor_shown, received_at, event`;

interface RequestColumns {
  payment_id: string;
  participant: string;
  message_id: string;
  content_hash: Buffer;
  channel: Channel;
  message_version: string | null;
  uetr: string;
  submit: PaymentSubmit;
  creditor_shown: string;
  received_at: Date;
  event: PaymentEventMessage | null;
}

function requestOf(row: RequestColumns): StoredRequest {
  return {
    paymentId: row.payment_id,
    participant: row.participant,
    messageId: row.message_id,
    contentHash: row.content_hash,
    channel: row.channel,
    messageVersion: row.message_version,
    uetr: row.uetr,
    submit: row.submit,
    creditorShown: row.creditor_shown,
    receivedAt: row.received_at,
    event: row.event,
  };
}

/** The record that asks routing to take a payment on; the same on every publication. */
export function submitRecord(submit: PaymentSubmit, traceparent?: string): OutboundRecord {
  return {
    topic: TOPICS.routing,
    key: submit.paymentId,
    type: 'payment.submit',
    messageId: submit.paymentId,
    body: JSON.stringify(submit),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/**
 * Writes the orders as rows of the lane, in their order, and returns the ids of those that are new. An order whose
 * key or UETR another row has is left out; the rows written keep the sequence without a gap.
 */
export async function insertOrders(
  transaction: Queryable,
  lane: string,
  firstSequence: bigint,
  orders: readonly Order[],
  dueAt: Date,
): Promise<ReadonlySet<string>> {
  const written = await transaction.query<{ payment_id: string }>(INSERT, [
    orders.map((order) => order.submit.paymentId),
    orders.map((order) => order.participant),
    orders.map((order) => order.messageId),
    orders.map((order) => order.contentHash),
    orders.map((order) => order.submit.uetr),
    orders.map((order) => order.channel),
    orders.map((order) => order.messageVersion ?? null),
    orders.map((order) => order.raw),
    orders.map((order) => JSON.stringify(order.submit)),
    orders.map((order) => order.creditorShown),
    orders.map((order) => order.traceparent ?? null),
    orders.map((order) => order.submit.receivedAt),
    lane,
    firstSequence,
    dueAt,
  ]);
  const fresh = new Set(written.map((row) => row.payment_id));
  if (fresh.size < orders.length && fresh.size > 0) {
    await closeGaps(
      transaction,
      lane,
      firstSequence,
      orders.filter((order) => fresh.has(order.submit.paymentId)),
    );
  }
  return fresh;
}

const INSERT = `
  INSERT INTO request (payment_id, participant, message_id, content_hash, uetr, channel, message_version, raw,
    submit, creditor_shown, traceparent, received_at, lane, sequence, due_at)
  SELECT payment_id, participant, message_id, content_hash, uetr, channel, message_version, raw,
    submit, creditor_shown, traceparent, received_at, $13, $14::bigint + ordinal - 1, $15::timestamptz
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::uuid[], $6::text[], $7::text[], $8::bytea[],
    $9::jsonb[], $10::text[], $11::text[], $12::timestamptz[])
    WITH ORDINALITY AS o (payment_id, participant, message_id, content_hash, uetr, channel, message_version, raw,
      submit, creditor_shown, traceparent, received_at, ordinal)
  ORDER BY ordinal
  ON CONFLICT DO NOTHING
  RETURNING payment_id`;

/** Sequences only move down to free places, so ascending order never meets a taken one. */
async function closeGaps(
  transaction: Queryable,
  lane: string,
  firstSequence: bigint,
  kept: readonly Order[],
): Promise<void> {
  await transaction.query(
    `UPDATE request
     SET sequence = -sequence
     WHERE lane = $1 AND sequence >= $2`,
    [lane, firstSequence],
  );
  await transaction.query(
    `UPDATE request
     SET sequence = $2::bigint + kept.ordinal - 1
     FROM unnest($1::uuid[]) WITH ORDINALITY AS kept (payment_id, ordinal)
     WHERE request.payment_id = kept.payment_id`,
    [kept.map((order) => order.submit.paymentId), firstSequence],
  );
}

/** Rows that hold one of these keys or UETRs. */
export async function findHolders(
  database: Queryable,
  keys: readonly { readonly participant: string; readonly messageId: string; readonly uetr?: string }[],
): Promise<StoredRequest[]> {
  const rows = await database.query<RequestColumns>(
    `SELECT ${COLUMNS}
     FROM request
     WHERE (participant, message_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
     UNION
     SELECT ${COLUMNS}
     FROM request
     WHERE uetr = ANY ($3::uuid[])`,
    [
      keys.map((key) => key.participant),
      keys.map((key) => key.messageId),
      keys.flatMap((key) => key.uetr ?? []),
    ],
  );
  return rows.map(requestOf);
}

export async function requestsById(
  database: Queryable,
  paymentIds: readonly string[],
): Promise<StoredRequest[]> {
  if (paymentIds.length === 0) return [];
  const rows = await database.query<RequestColumns>(
    `SELECT ${COLUMNS}
     FROM request
     WHERE payment_id = ANY ($1::uuid[])`,
    [paymentIds],
  );
  return rows.map(requestOf);
}

export interface RequestFilter {
  readonly participant: string;
  readonly uetr?: string | undefined;
  readonly partnerReference?: string | undefined;
  readonly messageId?: string | undefined;
  readonly endToEndId?: string | undefined;
  /** Internal states; null stands for "nothing told yet". */
  readonly states?: readonly (string | null)[] | undefined;
  /** Only payments older than this one. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** A participant's own requests, newest first. */
export async function listRequests(database: Queryable, filter: RequestFilter): Promise<StoredRequest[]> {
  const values: unknown[] = [filter.participant, filter.limit];
  const conditions = ['participant = $1'];
  const add = (value: unknown, condition: (place: string) => string): void => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  add(filter.uetr, (place) => `uetr = ${place}::uuid`);
  add(filter.messageId, (place) => `message_id = ${place}`);
  add(filter.partnerReference, (place) => `(debit_ref = ${place} OR credit_ref = ${place})`);
  add(filter.endToEndId, (place) => `submit ->> 'endToEndId' = ${place}`);
  add(filter.before, (place) => `payment_id < ${place}::uuid`);
  add(
    filter.states?.filter((state) => state !== null),
    (place) =>
      filter.states?.includes(null) === true
        ? `(state = ANY (${place}::text[]) OR state IS NULL)`
        : `state = ANY (${place}::text[])`,
  );
  const rows = await database.query<RequestColumns>(
    `SELECT ${COLUMNS}
     FROM request
     WHERE ${conditions.join('\n       AND ')}
     ORDER BY payment_id DESC
     LIMIT $2`,
    values,
  );
  return rows.map(requestOf);
}

/**
 * Writes what was told of payments into their rows: newer versions only, and nothing after a terminal state (I24).
 * Returns the events that were news to a row of ours.
 */
export async function recordEvents(
  database: Queryable,
  events: readonly PaymentEventMessage[],
): Promise<PaymentEventMessage[]> {
  if (events.length === 0) return [];
  const rows = await database.query<{ payment_id: string }>(
    `UPDATE request
     SET state = e.state, version = e.version, event = e.event, debit_ref = e.debit_ref, credit_ref = e.credit_ref,
       due_at = CASE WHEN e.final THEN NULL ELSE request.due_at END
     FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::jsonb[], $5::text[], $6::text[], $7::boolean[])
       AS e (payment_id, state, version, event, debit_ref, credit_ref, final)
     WHERE request.payment_id = e.payment_id
       AND (request.version IS NULL OR request.version < e.version)
       AND (request.state IS NULL OR request.state <> ALL ($8::text[]))
     RETURNING request.payment_id`,
    [
      events.map((event) => event.paymentId),
      events.map((event) => event.state),
      events.map((event) => event.version),
      events.map((event) => JSON.stringify(event)),
      events.map((event) => event.partnerRefs.debit ?? null),
      events.map((event) => event.partnerRefs.credit ?? null),
      events.map((event) => TERMINAL_STATES.has(event.state)),
      [...TERMINAL_STATES],
    ],
  );
  const written = new Set(rows.map((row) => row.payment_id));
  return events.filter((event) => written.has(event.paymentId));
}

export interface Unanswered {
  readonly paymentId: string;
  readonly record: OutboundRecord;
}

/**
 * Takes requests whose answer is overdue and moves their next date on, doubling the wait up to `waitMaxMs`. Another
 * instance that looks at the same time gets others.
 */
export async function takeUnanswered(
  database: Queryable,
  now: Date,
  wait: { readonly firstMs: number; readonly maxMs: number },
  limit: number,
): Promise<Unanswered[]> {
  const rows = await database.query<{
    payment_id: string;
    submit: PaymentSubmit;
    traceparent: string | null;
  }>(
    `UPDATE request
     SET attempts = request.attempts + 1,
       due_at = $1::timestamptz
         + LEAST($2::float8 * power(2, LEAST(request.attempts + 1, 20)), $3::float8) * interval '1 millisecond'
     FROM (
       SELECT payment_id
       FROM request
       WHERE due_at <= $1
       ORDER BY due_at
       LIMIT $4
       FOR UPDATE SKIP LOCKED) AS due
     WHERE request.payment_id = due.payment_id
     RETURNING request.payment_id, request.submit, request.traceparent`,
    [now, wait.firstMs, wait.maxMs, limit],
  );
  return rows.map((row) => ({
    paymentId: row.payment_id,
    record: submitRecord(row.submit, row.traceparent ?? undefined),
  }));
}

/** The request rows are the outbox of the lane. */
export const requestOutbox: OutboxSource = {
  async unpublished(database, lane, after, limit): Promise<OutboxEntry[]> {
    const rows = await database.query<{
      sequence: bigint;
      submit: PaymentSubmit;
      traceparent: string | null;
    }>(
      `SELECT sequence, submit, traceparent
       FROM request
       WHERE lane = $1 AND sequence > $2
       ORDER BY sequence
       LIMIT $3`,
      [lane, after, limit],
    );
    return rows.map((row) => ({
      sequence: row.sequence,
      record: submitRecord(row.submit, row.traceparent ?? undefined),
    }));
  },
};
