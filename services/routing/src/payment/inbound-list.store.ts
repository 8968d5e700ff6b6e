import type { InboundSearch } from '@tonle/contracts';
import { Conditions, type Queryable } from '@tonle/persistence';
import { PAYMENT_COLUMNS, paymentOf, type PaymentRow } from './payment-columns.js';
import { addReceived } from './payment-search.store.js';
import type { Payment } from './payment.js';

const FIRST = "reason IS DISTINCT FROM 'uetr_in_use' AND reason IS DISTINCT FROM 'key_reused'";

/** What the names in a search stand for, by the directory. */
export interface InboundScope {
  /** Whoever may have sent it: with them a message id is found by its key. */
  readonly senders: readonly string[];
  /** Settlement windows of the home networks on the day that is asked for. */
  readonly homeWindows: readonly string[] | undefined;
}

/**
 * What others sent of one bank's customers, newest first: what comes in for them, or was drawn on their codes. A refused repeat
 * is no payment of theirs: only the first is.
 */
export async function inboundPayments(
  database: Queryable,
  { limit, ...search }: InboundSearch,
  { senders, homeWindows }: InboundScope,
): Promise<Payment[]> {
  const conditions = new Conditions();
  const { drawnFrom, creditorAgent = '' } = search;
  conditions.add(
    drawnFrom,
    (place) => `instruction ->> 'paymentCodeId' IS NOT NULL AND sender = ${place} AND ${FIRST}`,
  );
  conditions.add(
    drawnFrom === undefined ? creditorAgent : undefined,
    (place) => `direction = 'inbound' AND creditor_agent = ${place} AND ${FIRST}`,
  );
  conditions.add(search.uetr, (place) => `uetr = ${place}::uuid`);
  if (search.messageId !== undefined) {
    conditions.add(senders, (place) => `sender = ANY(${place}::text[])`);
    conditions.add(search.messageId, (place) => `message_id = ${place}`);
  }
  conditions.add(search.partnerReference, (place) =>
    drawnFrom === undefined ? `credit_ref = ${place}` : `(debit_ref = ${place} OR credit_ref = ${place})`,
  );
  conditions.add(search.endToEndId, (place) => `instruction ->> 'endToEndId' = ${place}`);
  conditions.add(search.refundOf, (place) => `refund_of = ${place}::uuid`);
  conditions.add(search.states, (place) => `state = ANY(${place}::text[])`);
  conditions.add(homeWindows, (place) => `home_window = ANY(${place}::text[])`);
  addReceived(conditions, search);
  addAmount(conditions, search.amount);
  const rows = await database.query<PaymentRow>(
    `SELECT ${PAYMENT_COLUMNS}
     FROM payment
     ${conditions.where}
     ORDER BY payment.id DESC
     LIMIT ${conditions.place(limit)}`,
    conditions.values,
  );
  return rows.map(paymentOf);
}

function addAmount(conditions: Conditions, amount: InboundSearch['amount']): void {
  if (amount === undefined) return;
  const [least, most] = [conditions.place(amount.minMinor ?? '0'), conditions.place(amount.maxMinor ?? null)];
  const within = (side: string, currency: string) =>
    `(${side}_currency = ${currency} AND ${side}_minor >= ${least}::bigint
         AND ${side}_minor <= coalesce(${most}::bigint, ${side}_minor))`;
  conditions.add(amount.currency, (place) => `(${within('source', place)} OR ${within('target', place)})`);
}
