import { TERMINAL_STATES, type PaymentSubmit } from '@tonle/contracts';
import { TOPICS, type OutboundRecord, type OutboxEntry, type OutboxSource } from '@tonle/messaging';
import type { Queryable } from '@tonle/persistence';
import type { StoredRequest } from './instruction.js';
import type { Holder, RequestKey } from './intake.decide.js';
import type { NewsForm, PaymentNews } from './payment-news.js';

// Table `request`; its lists and its audit have files of their own.

export const REQUEST_COLUMNS = `payment_id, sender, message_id, uetr, content_hash, dialect, message_version, submit,
  creditor_shown, received_at, event`;

export interface RequestRow<N> {
  payment_id: string;
  sender: string;
  message_id: string | null;
  uetr: string;
  content_hash: Buffer;
  dialect: string;
  message_version: string | null;
  submit: PaymentSubmit;
  creditor_shown: string;
  received_at: Date;
  event: N | null;
}

/** The columns of one row, by their names in the domain. */
export function requestOf<N extends PaymentNews>(row: RequestRow<N>): StoredRequest<N> {
  return {
    paymentId: row.payment_id,
    sender: row.sender,
    messageId: row.message_id ?? row.submit.messageId,
    uetr: row.uetr,
    contentHash: row.content_hash,
    dialect: row.dialect,
    messageVersion: row.message_version,
    submit: row.submit,
    creditorShown: row.creditor_shown,
    receivedAt: row.received_at,
    news: row.event,
  };
}

/** The record that asks routing to take a payment on; the same on every publication. */
export function submitRecord(submit: PaymentSubmit, traceparent?: string | null): OutboundRecord {
  return {
    topic: TOPICS.routing,
    key: submit.paymentId,
    type: 'payment.submit',
    messageId: submit.paymentId,
    body: JSON.stringify(submit),
    ...(traceparent === undefined || traceparent === null ? {} : { traceparent }),
  };
}

/** Rows that hold one of these keys or UETRs. */
export async function findHolders(database: Queryable, keys: readonly RequestKey[]): Promise<Holder[]> {
  const columns = 'payment_id, sender, message_id, uetr, content_hash';
  const rows = await database.query<RequestRow<never>>(
    `SELECT ${columns}
     FROM request
     WHERE (sender, message_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
     UNION
     SELECT ${columns}
     FROM request
     WHERE uetr = ANY ($3::uuid[])`,
    [
      keys.map(({ sender }) => sender),
      keys.map(({ messageId }) => messageId),
      keys.flatMap(({ uetr }) => uetr ?? []),
    ],
  );
  return rows.map((row) => ({
    paymentId: row.payment_id,
    sender: row.sender,
    messageId: row.message_id ?? '',
    uetr: row.uetr,
    contentHash: row.content_hash,
  }));
}

/** UETRs of requests of a sender, by its own ids of them. */
export async function uetrsOf(
  database: Queryable,
  sender: string,
  messageIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await database.query<{ message_id: string; uetr: string }>(
    'SELECT message_id, uetr FROM request WHERE sender = $1 AND message_id = ANY ($2::text[])',
    [sender, messageIds],
  );
  return new Map(rows.map(({ message_id: messageId, uetr }) => [messageId, uetr]));
}

/**
 * Writes what was told of payments into their rows: newer versions only, and nothing after a terminal state (I24).
 * Returns what was news to a row of ours. `news` names a payment once; its sender is told of an end from `noticeAt` on.
 */
export async function recordNews<N extends PaymentNews>(
  database: Queryable,
  form: NewsForm<N>,
  news: readonly N[],
  noticeAt?: Date,
): Promise<N[]> {
  if (news.length === 0) return [];
  // Rows in one order for all instances, so that two batches cannot lock each other out.
  const ordered = [...news].sort((a, b) => (a.paymentId < b.paymentId ? -1 : 1));
  const rows = await database.query<{ payment_id: string }>(
    `UPDATE request
     SET state = e.state, version = e.version, event = e.event, debit_ref = e.debit_ref, credit_ref = e.credit_ref,
       due_at = CASE WHEN e.final THEN NULL ELSE request.due_at END,
       notice_due_at = CASE WHEN e.final THEN $9::timestamptz END
     FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::jsonb[], $5::text[], $6::text[], $7::boolean[])
       AS e (payment_id, state, version, event, debit_ref, credit_ref, final)
     WHERE request.payment_id = e.payment_id
       AND (request.version IS NULL OR request.version < e.version)
       AND (request.state IS NULL OR request.state <> ALL ($8::text[]))
     RETURNING request.payment_id`,
    [
      ordered.map(({ paymentId }) => paymentId),
      ordered.map(({ state }) => state),
      ordered.map(({ version }) => version),
      ordered.map((each) => JSON.stringify(each)),
      ordered.map((each) => form.partnerRefs(each).debit ?? null),
      ordered.map((each) => form.partnerRefs(each).credit ?? null),
      ordered.map(({ state }) => TERMINAL_STATES.has(state)),
      [...TERMINAL_STATES],
      noticeAt ?? null,
    ],
  );
  const written = new Set(rows.map((row) => row.payment_id));
  return ordered.filter(({ paymentId }) => written.has(paymentId));
}

export interface Unanswered {
  readonly paymentId: string;
  readonly record: OutboundRecord;
}

/**
 * Takes requests whose answer is overdue and moves their next date on, doubling the wait up to `maxMs`. Another
 * instance that looks at the same time gets others. A date further away is of a clock that was ahead: it is overdue.
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
         OR due_at > $1::timestamptz + $3::float8 * interval '1 millisecond'
       ORDER BY due_at
       LIMIT $4
       FOR UPDATE SKIP LOCKED) AS due
     WHERE request.payment_id = due.payment_id
     RETURNING request.payment_id, request.submit, request.traceparent`,
    [now, wait.firstMs, wait.maxMs, limit],
  );
  return rows.map((row) => ({
    paymentId: row.payment_id,
    record: submitRecord(row.submit, row.traceparent),
  }));
}

/** The rows of requests are outbox rows of the lane. */
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
    return rows.map(({ sequence, submit, traceparent }) => ({
      sequence,
      record: submitRecord(submit, traceparent),
    }));
  },
};
