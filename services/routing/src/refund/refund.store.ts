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

/** What refunds give back of each payment: open ones and completed ones. */
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
}
