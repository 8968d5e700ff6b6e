import { BREAK_TYPES } from '@tonle/contracts';
import { isTerminal } from '@tonle/payment';
import type { Telemetry } from '@tonle/telemetry';
import type { PaymentBatch } from './payment-batch.js';

const LEGS = ['debit', 'credit', 'reversal'];
const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const SECONDS_BUCKETS = [0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30, 60, 300];

/** What operations watch of the payments, counted after the commit. */
export class PaymentMetrics {
  private readonly ends;
  private readonly seconds;
  private readonly breaks;
  private readonly holds;
  private readonly batch;
  private readonly aside;
  private readonly reviews;

  constructor(telemetry: Telemetry) {
    this.ends = telemetry.counter('tonle_routing_payments_total', 'Payments that came to their end', [
      'direction',
      'state',
      'reason',
    ]);
    this.seconds = telemetry.histogram(
      'tonle_routing_payment_seconds',
      'Receipt to end of a payment',
      ['direction'],
      SECONDS_BUCKETS,
    );
    this.breaks = telemetry.counter(
      'tonle_routing_breaks_total',
      'Evidence that contradicts a payment',
      ['type'],
      BREAK_TYPES.map((type) => ({ type })),
    );
    this.holds = telemetry.counter('tonle_routing_holds_total', 'Payments held by screening');
    this.reviews = telemetry.counter(
      'tonle_routing_reviews_total',
      'Payments that came to review',
      ['leg'],
      LEGS.map((leg) => ({ leg })),
    );
    this.aside = telemetry.counter('tonle_routing_undecided_total', 'Payments whose next step broke');
    this.batch = telemetry.histogram('tonle_routing_batch_records', 'Records in a batch', [], BATCH_BUCKETS);
  }

  /** One was set aside. */
  undecided(): void {
    this.aside.inc();
  }

  committed({ payments, writes }: PaymentBatch, records: number): void {
    if (records > 0) this.batch.observe(records);
    for (const payment of [...payments.inserted(), ...payments.changed().map((change) => change.payment)]) {
      if (!isTerminal(payment.state)) continue;
      const { direction, state } = payment;
      this.ends.inc({ direction, state, reason: payment.reason ?? '' });
      const endedMs = Date.parse(payment.history[payment.history.length - 1]!.at);
      this.seconds.observe({ direction }, (endedMs - Date.parse(payment.instruction.receivedAt)) / 1_000);
    }
    for (const { payment } of payments.changed()) {
      if (payment.state === 'MANUAL_REVIEW' && payments.asRead(payment.id)?.state !== 'MANUAL_REVIEW')
        this.reviews.inc({ leg: payment.reviewLeg ?? '' });
    }
    for (const { type } of writes.breaks) this.breaks.inc({ type });
    if (writes.holds.length > 0) this.holds.inc(writes.holds.length);
  }
}
