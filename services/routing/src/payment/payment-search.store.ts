import type { PaymentSearch } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
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
  const { conditions, values } = conditionsOf({ ...search, ids: named });
  const rows = await database.query<PaymentRow>(
    `SELECT ${PAYMENT_COLUMNS}
     FROM payment
     ${conditions.length === 0 ? '' : `WHERE ${conditions.join('\n       AND ')}`}
     ORDER BY payment.id DESC
     LIMIT $${values.length + 1}`,
    [...values, limit],
  );
  return rows.map(paymentOf);
}

async function idsOf(database: Queryable, id: string, senders: readonly string[]): Promise<string[]> {
  const found = await database.query<{ id: string }>(BY_TEXT, [id, senders]);
  if (UUID.test(id)) found.push(...(await database.query<{ id: string }>(BY_UUID, [id])));
  return found.map((row) => row.id);
}

function conditionsOf(search: Omit<PaymentSearch, 'id' | 'limit'> & { readonly ids?: readonly string[] }): {
  conditions: string[];
  values: unknown[];
} {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const add = (value: unknown, condition: (place: string) => string): void => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  add(search.ids, (place) => `id = ANY(${place}::uuid[])`);
  add(search.states, (place) => `state = ANY(${place}::text[])`);
  add(search.corridor, (place) => `corridor = ${place}`);
  add(search.participant, (place) => `${place} IN (sender, debtor_agent, creditor_agent)`);
  add(firstIdAt(search.from), (place) => `id >= ${place}::uuid`);
  add(firstIdAt(search.until), (place) => `id < ${place}::uuid`);
  add(search.before, (place) => `id < ${place}::uuid`);
  return { conditions, values };
}

/** The smallest id of an instant: a payment's id begins with the milliseconds at which it was received. */
function firstIdAt(instant: string | undefined): string | undefined {
  if (instant === undefined) return undefined;
  const hex = Math.max(Date.parse(instant), 0).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
