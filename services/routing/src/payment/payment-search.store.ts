import { firstUuidV7, type PaymentSearch } from '@tonle/contracts';
import { Conditions, type Queryable } from '@tonle/persistence';
import { PAYMENT_COLUMNS, paymentOf, type PaymentRow } from './payment-columns.js';
import type { Payment } from './payment.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Ways to name a payment, each by an index; a refused repeat has only its own id. */
const BY_UUID = `
SELECT id FROM payment WHERE id = $1::uuid
UNION
SELECT id FROM payment
WHERE uetr = $1::uuid AND reason IS DISTINCT FROM 'uetr_in_use' AND reason IS DISTINCT FROM 'key_reused'
UNION
SELECT id FROM payment WHERE quote_id = $1::uuid AND quote_taken`;
const BY_TEXT = `
SELECT chain_id AS id FROM transfer WHERE reference = $1
UNION
SELECT id FROM payment WHERE credit_ref = $1
UNION
SELECT id FROM payment
WHERE sender = ANY($2::text[]) AND message_id = $1
  AND reason IS DISTINCT FROM 'uetr_in_use' AND reason IS DISTINCT FROM 'key_reused'`;

/** Payments of anybody, newest first. Throws what the database does; `senders` are those whose message ids are meant. */
export async function searchPayments(
  database: Queryable,
  { id, limit, ...search }: PaymentSearch,
  senders: readonly string[],
): Promise<Payment[]> {
  const named = id === undefined ? undefined : await idsOf(database, id, senders);
  const conditions = conditionsOf({ ...search, ids: named });
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

async function idsOf(database: Queryable, id: string, senders: readonly string[]): Promise<string[]> {
  const found = await database.query<{ id: string }>(BY_TEXT, [id, senders]);
  if (UUID.test(id)) found.push(...(await database.query<{ id: string }>(BY_UUID, [id])));
  return found.map((row) => row.id);
}

function conditionsOf(
  search: Omit<PaymentSearch, 'id' | 'limit'> & { readonly ids?: readonly string[] },
): Conditions {
  const conditions = new Conditions();
  conditions.add(search.ids, (place) => `id = ANY(${place}::uuid[])`);
  conditions.add(search.states, (place) => `state = ANY(${place}::text[])`);
  conditions.add(search.corridor, (place) => `corridor = ${place}`);
  conditions.add(search.participant, (place) => `${place} IN (sender, debtor_agent, creditor_agent)`);
  addReceived(conditions, search);
  return conditions;
}

/** When a payment was received, and the page before: its id begins with the milliseconds at which it was received. */
export function addReceived(
  conditions: Conditions,
  { from, until, before }: Pick<PaymentSearch, 'from' | 'until' | 'before'>,
): void {
  conditions.add(firstIdAt(from), (place) => `id >= ${place}::uuid`);
  conditions.add(firstIdAt(until), (place) => `id < ${place}::uuid`);
  conditions.add(before, (place) => `id < ${place}::uuid`);
}

const firstIdAt = (instant: string | undefined): string | undefined =>
  instant === undefined ? undefined : firstUuidV7(Date.parse(instant));
