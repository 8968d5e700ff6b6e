import type { Queryable } from '@tonle/persistence';
import type { StoredRequest } from './instruction.js';
import type { PaymentNews } from './payment-news.js';
import { REQUEST_COLUMNS, requestOf, type RequestRow } from './request.store.js';

/** Requests by payment id, in no order; unknown ids are left out. */
export async function requestsById<N extends PaymentNews>(
  database: Queryable,
  paymentIds: readonly string[],
): Promise<StoredRequest<N>[]> {
  if (paymentIds.length === 0) return [];
  const rows = await database.query<RequestRow<N>>(
    `SELECT ${REQUEST_COLUMNS}
     FROM request
     WHERE payment_id = ANY ($1::uuid[])`,
    [paymentIds],
  );
  return rows.map(requestOf);
}

export interface RequestFilter {
  readonly sender: string;
  readonly uetr?: string;
  readonly messageId?: string;
  readonly partnerReference?: string;
  readonly endToEndId?: string;
  /** Internal states; null stands for "nothing told yet". */
  readonly states?: readonly (string | null)[];
  /** Only payments older than this one. */
  readonly before?: string;
  readonly limit: number;
}

/** A sender's own requests, newest first. */
export async function listRequests<N extends PaymentNews>(
  database: Queryable,
  filter: RequestFilter,
): Promise<StoredRequest<N>[]> {
  const values: unknown[] = [filter.sender, filter.limit];
  const conditions = ['sender = $1'];
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
  const rows = await database.query<RequestRow<N>>(
    `SELECT ${REQUEST_COLUMNS}
     FROM request
     WHERE ${conditions.join('\n       AND ')}
     ORDER BY payment_id DESC
     LIMIT $2`,
    values,
  );
  return rows.map(requestOf);
}
