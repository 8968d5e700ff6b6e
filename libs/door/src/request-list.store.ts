import { firstUuidV7, type AmountBetween } from '@tonle/contracts';
import { Conditions, type Queryable } from '@tonle/persistence';
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
  /** Refunds of this payment. */
  readonly refundOf?: string;
  /** Internal states; null stands for "nothing told yet". */
  readonly states?: readonly (string | null)[];
  /** Received at or after this; epoch milliseconds, as the next one. */
  readonly fromMs?: number;
  /** Received before this. */
  readonly untilMs?: number;
  /** Day of the settlement window on the home side, YYYY-MM-DD. */
  readonly settlementDate?: string;
  /** Of either side. */
  readonly amount?: AmountBetween;
  /** Only payments older than this one. */
  readonly before?: string;
  readonly limit: number;
}

/** A sender's own requests, newest first. */
export async function listRequests<N extends PaymentNews>(
  database: Queryable,
  { limit, ...filter }: RequestFilter,
): Promise<StoredRequest<N>[]> {
  const conditions = new Conditions();
  conditions.add(filter.sender, (place) => `sender = ${place}`);
  conditions.add(filter.uetr, (place) => `uetr = ${place}::uuid`);
  conditions.add(filter.messageId, (place) => `message_id = ${place}`);
  conditions.add(filter.partnerReference, (place) => `(debit_ref = ${place} OR credit_ref = ${place})`);
  conditions.add(filter.endToEndId, (place) => `submit ->> 'endToEndId' = ${place}`);
  conditions.add(filter.refundOf, (place) => `submit #>> '{refundOf,paymentId}' = ${place}`);
  conditions.add(filter.settlementDate, (place) => `event #>> '{windows,0,day}' = ${place}`);
  addStates(conditions, filter.states);
  addAmount(conditions, filter.amount);
  // A payment's id begins with the milliseconds at which it was received.
  conditions.add(firstIdAt(filter.fromMs), (place) => `payment_id >= ${place}::uuid`);
  conditions.add(firstIdAt(filter.untilMs), (place) => `payment_id < ${place}::uuid`);
  conditions.add(filter.before, (place) => `payment_id < ${place}::uuid`);
  const rows = await database.query<RequestRow<N>>(
    `SELECT ${REQUEST_COLUMNS}
     FROM request
     ${conditions.where}
     ORDER BY payment_id DESC
     LIMIT ${conditions.place(limit)}`,
    conditions.values,
  );
  return rows.map(requestOf);
}

function addStates(conditions: Conditions, states: RequestFilter['states']): void {
  const told = states?.filter((state) => state !== null);
  const orNone = states?.includes(null) === true ? ' OR state IS NULL' : '';
  conditions.add(told, (place) => `(state = ANY (${place}::text[])${orNone})`);
}

function addAmount(conditions: Conditions, amount: AmountBetween | undefined): void {
  if (amount === undefined) return;
  const [least, most] = [conditions.place(amount.minMinor ?? '0'), conditions.place(amount.maxMinor ?? null)];
  const within = (side: string, currency: string): string => {
    const minor = `(submit #>> '{${side},minor}')::bigint`;
    return `(submit #>> '{${side},currency}' = ${currency} AND ${minor} >= ${least}::bigint
         AND ${minor} <= coalesce(${most}::bigint, ${minor}))`;
  };
  conditions.add(amount.currency, (place) => `(${within('source', place)} OR ${within('target', place)})`);
}

const firstIdAt = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : firstUuidV7(ms);
