import type { Queryable } from '@tonle/persistence';
import type { PaymentCommit } from './payment-commit.js';
import type { PaymentMetrics } from './payment-metrics.js';
import type { PaymentStore } from './payment.store.js';

/** Payments that the clock takes in one commit. */
const DUE_MAX = 500;

/** Payments whose time has come (decisions 7): expiry, hold limits, silent legs, resends; by the same rules. */
export class PaymentJob {
  constructor(
    private readonly commit: PaymentCommit,
    private readonly payments: PaymentStore,
    private readonly database: Queryable,
    private readonly metrics: PaymentMetrics,
  ) {}

  /** Takes everything that is due, batch by batch; without due rows nothing is written. */
  readonly run = async (): Promise<void> => {
    while (await this.payments.anyDue(this.database, this.commit.nowMs())) {
      if ((await this.take()) < DUE_MAX) return;
    }
  };

  private async take(): Promise<number> {
    let taken = 0;
    const batch = await this.commit.run(
      async (transaction, nowMs) => {
        const due = await this.payments.lockDue(transaction, nowMs, DUE_MAX);
        taken = due.length;
        return due;
      },
      {},
      (made) => {
        for (const payment of made.payments.known) made.due(payment);
        return made;
      },
    );
    this.metrics.committed(batch, 0);
    return taken;
  }
}
