import type { LinkedRefund, PaymentState } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { CounterTable } from '../limit/counter-book.js';
import { CounterStore } from '../limit/counter.store.js';

/** The counter of what refunds give back of a payment, in its payee's currency (I14). */
export interface RefundKey {
  readonly original: string;
}

export const REFUND_COUNTERS: CounterTable<RefundKey> = {
  name: 'refund_counter',
  key: { original: 'uuid' },
};

interface RefundRow {
  readonly refund_of: string;
  readonly id: string;
  readonly state: PaymentState;
  readonly source_currency: string;
  readonly source_minor: bigint;
}

const REFUNDS_OF = `
SELECT refund_of, id, state, source_currency, source_minor
FROM payment
WHERE refund_of = ANY($1::uuid[])
ORDER BY id`;

const HELD = 'SELECT payment_id FROM refund_hold WHERE payment_id = ANY($1::uuid[])';

const HOLD = `
INSERT INTO refund_hold (payment_id, break_id)
SELECT told.payment_id, told.break_id
FROM unnest($1::uuid[], $2::uuid[]) AS told (payment_id, break_id)
JOIN payment ON payment.id = told.payment_id
ON CONFLICT (payment_id) DO NOTHING`;

const SWITCH_FAULTS = 'SELECT payment_id FROM switch_fault WHERE payment_id = ANY($1::uuid[])';

/** What refunds give back of each payment: open ones and completed ones; and with which of them operators found the switch at fault. */
export class RefundStore extends CounterStore<RefundKey> {
  constructor() {
    super(REFUND_COUNTERS);
  }

  /** Minor units by payment; payments that were never refunded are absent. */
  async refunded(database: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    const counted = await this.load(
      database,
      ids.map((original) => ({ original })),
    );
    return new Map(counted.map(({ key, minor }) => [key.original, minor]));
  }

  /** Of these payments those with which operators have found this switch at fault. */
  async switchFaults(database: Queryable, paymentIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (paymentIds.length === 0) return new Set();
    const rows = await database.query<{ payment_id: string }>(SWITCH_FAULTS, [paymentIds]);
    return new Set(rows.map((row) => row.payment_id));
  }

  /** Of these payments those of which nothing is given back now. */
  async heldOf(database: Queryable, paymentIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (paymentIds.length === 0) return new Set();
    const rows = await database.query<{ payment_id: string }>(HELD, [paymentIds]);
    return new Set(rows.map((row) => row.payment_id));
  }

  /** Told again it changes nothing; a payment that is not here has nothing to give back. */
  async hold(
    database: Queryable,
    held: readonly { readonly paymentId: string; readonly breakId: string }[],
    released: readonly string[],
  ): Promise<void> {
    await database.query(HOLD, [held.map(({ paymentId }) => paymentId), held.map(({ breakId }) => breakId)]);
    await database.query('DELETE FROM refund_hold WHERE payment_id = ANY($1::uuid[])', [released]);
  }

  /** False when it had been found before. */
  async keepSwitchFault(database: Queryable, paymentId: string): Promise<boolean> {
    const kept = await database.query(
      'INSERT INTO switch_fault (payment_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING payment_id',
      [paymentId],
    );
    return kept.length > 0;
  }

  /** Refunds of payments, the oldest first; payments without any are absent. */
  async refundsOf(
    database: Queryable,
    paymentIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly LinkedRefund[]>> {
    const found = new Map<string, LinkedRefund[]>();
    if (paymentIds.length === 0) return found;
    for (const row of await database.query<RefundRow>(REFUNDS_OF, [paymentIds])) {
      const amount = { currency: row.source_currency, minor: row.source_minor.toString() };
      const refund = { paymentId: row.id, state: row.state, amount };
      found.set(row.refund_of, [...(found.get(row.refund_of) ?? []), refund]);
    }
    return found;
  }
}
