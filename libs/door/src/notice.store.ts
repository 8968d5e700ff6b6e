import type { Queryable } from '@tonle/persistence';
import type { StoredRequest } from './instruction.js';
import type { PaymentNews } from './payment-news.js';
import { REQUEST_COLUMNS, requestOf, type RequestRow } from './request.store.js';

// The end of a payment that its sender is still to be told of stands in the payment's own row of `request`.

export interface DueNotice<N extends PaymentNews> {
  readonly request: StoredRequest<N>;
  /** Tellings before this one. */
  readonly before: number;
}

/**
 * Takes ends that are to be told now, and moves each on by the wait that follows; after the last one it is told no more.
 * Another instance that looks at the same time gets others.
 */
export async function takeNotices<N extends PaymentNews>(
  database: Queryable,
  now: Date,
  waitsMs: readonly number[],
  limit: number,
): Promise<DueNotice<N>[]> {
  const rows = await database.query<RequestRow<N> & { notices: number }>(
    `UPDATE request
     SET notices = request.notices + 1,
       notice_due_at = $1::timestamptz + ($2::float8[])[request.notices + 2] * interval '1 millisecond'
     FROM (
       SELECT payment_id
       FROM request
       WHERE notice_due_at <= $1
       ORDER BY notice_due_at
       LIMIT $3
       FOR UPDATE SKIP LOCKED) AS due
     WHERE request.payment_id = due.payment_id
     RETURNING ${REQUEST_COLUMNS.replace('payment_id', 'request.payment_id')}, notices`,
    [now, waitsMs, limit],
  );
  return rows.map((row) => ({ request: requestOf(row), before: row.notices - 1 }));
}

/** Their senders know. */
export async function endNotices(database: Queryable, paymentIds: readonly string[]): Promise<void> {
  if (paymentIds.length === 0) return;
  await database.query(
    `UPDATE request
     SET notice_due_at = NULL
     WHERE payment_id = ANY ($1::uuid[])`,
    [paymentIds],
  );
}
