import { byHalves } from '@tonle/messaging';
import type { Queryable, Transaction } from '@tonle/persistence';
import { paymentFields, type Telemetry } from '@tonle/telemetry';
import type { PaymentCommit } from './payment-commit.js';
import type { PaymentMetrics } from './payment-metrics.js';
import type { Payment } from './payment.js';
import type { PaymentStore } from './payment.store.js';

/** Payments that the clock takes in one commit. */
const DUE_MAX = 500;
/** A payment that cannot be decided is tried again after this. */
export const UNDECIDED_MS = 60_000;
const CAUSE_MAX = 500;

/** Clocks of processes differ by less; a larger step back is one of a clock that was wrong. */
const SET_BACK_MS_MIN = 5_000;

type Lock = (transaction: Transaction, nowMs: number) => Promise<Payment[]>;

/**
 * Payments whose time has come (decisions 7): expiry, hold limits, silent legs, resends; by the same rules. One that
 * cannot be decided is set aside, so that the clock goes on for the others.
 */
export class PaymentJob {
  /** The latest time that was seen; infinite before the first round, so that a start follows a clock, too. */
  private latestMs = Number.POSITIVE_INFINITY;

  constructor(
    private readonly commit: PaymentCommit,
    private readonly payments: PaymentStore,
    private readonly database: Queryable,
    private readonly metrics: PaymentMetrics,
    private readonly telemetry: Pick<Telemetry, 'log'>,
  ) {}

  /** Takes everything that is due, batch by batch; without due rows nothing is written. */
  readonly run = async (): Promise<void> => {
    await this.followSetBack();
    while (await this.payments.anyDue(this.database, this.commit.nowMs())) {
      if ((await this.round()) < DUE_MAX) return;
    }
  };

  /** What was planned while the clock was ahead must not wait until it is there again. At the start nobody knows. */
  private async followSetBack(): Promise<void> {
    const nowMs = this.commit.nowMs();
    const byMs = this.latestMs - nowMs;
    if (byMs > SET_BACK_MS_MIN) {
      await this.payments.callForward(this.database, nowMs);
      if (Number.isFinite(byMs))
        this.telemetry.log.warn({ byMs }, 'the clock was set back: all open payments are due');
      this.latestMs = nowMs;
    }
    this.latestMs = Math.max(this.latestMs, nowMs);
  }

  private async round(): Promise<number> {
    let ids: string[] = [];
    try {
      await this.take(async (transaction, nowMs) => {
        const due = await this.payments.lockDue(transaction, nowMs, DUE_MAX);
        ids = due.map(({ id }) => id);
        return due;
      });
    } catch (error) {
      if (ids.length === 0) throw error;
      await byHalves(
        ids,
        (part) => this.take((transaction, nowMs) => this.payments.lockDueOf(transaction, nowMs, part)),
        (id, cause) => this.setAside(id, cause),
      );
    }
    return ids.length;
  }

  private async take(lock: Lock): Promise<void> {
    const batch = await this.commit.run(lock, {}, (made) => {
      for (const payment of made.payments.known) made.broughtBy(payment.id, 'clock', () => made.due(payment));
      return made;
    });
    this.metrics.committed(batch, 0);
  }

  private async setAside(id: string, error: unknown): Promise<void> {
    this.telemetry.log.error({ err: error, ...paymentFields(id, undefined) }, 'a payment cannot be decided');
    this.metrics.undecided();
    const nowMs = this.commit.nowMs();
    const cause = String(error).slice(0, CAUSE_MAX);
    await this.payments.setAside(this.database, { id, untilMs: nowMs + UNDECIDED_MS, nowMs, cause });
  }
}
