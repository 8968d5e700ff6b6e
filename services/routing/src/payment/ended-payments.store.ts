import { firstUuidV7, TERMINAL_STATES } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { PAYMENT_COLUMNS, paymentOf, type PaymentRow } from './payment-columns.js';
import type { Payment } from './payment.js';

// The ids of payments begin with the time at which they came: their key finds those of a span.

const ENDED = `state = ANY ($1::text[])
  AND id >= $2::uuid
  AND id < $3::uuid`;

const COUNT = `SELECT count(*)::int AS n FROM payment WHERE ${ENDED}`;

const PAGE = `
SELECT ${PAYMENT_COLUMNS}
FROM payment
WHERE ${ENDED}
  AND ($4::uuid IS NULL OR id > $4)
ORDER BY id
LIMIT $5`;

/** Instants: payments that came since `from` and before `until`. */
export interface PaymentSpan {
  readonly from: string;
  readonly until: string;
}

const valuesOf = ({ from, until }: PaymentSpan) => [
  [...TERMINAL_STATES],
  firstUuidV7(Date.parse(from)),
  firstUuidV7(Date.parse(until)),
];

/** How many payments of a span have ended. */
export async function countEnded(database: Queryable, span: PaymentSpan): Promise<number> {
  const [row] = await database.query<{ n: number }>(COUNT, valuesOf(span));
  return row!.n;
}

/** Payments of a span that have ended, by id after `after`. */
export async function endedPayments(
  database: Queryable,
  span: PaymentSpan & { readonly after?: string | undefined; readonly pageMax: number },
): Promise<Payment[]> {
  const values = [...valuesOf(span), span.after ?? null, span.pageMax];
  return (await database.query<PaymentRow>(PAGE, values)).map(paymentOf);
}
