import type { Clock } from '@tonle/platform';
import type { Refusal } from '@tonle/contracts';
import { outcomeOf } from '@tonle/door';
import type { Telemetry } from '@tonle/telemetry';
import type { TakenPayment } from './rest-payment.service.js';

export type Channel = 'rest' | 'iso20022';

const BUCKETS_S = [0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 20, 60];

/** Spans, counts and times of payment requests. */
export class PaymentObserver {
  private readonly count;
  private readonly duration;

  constructor(
    private readonly telemetry: Telemetry,
    private readonly clock: Clock,
  ) {
    this.count = telemetry.counter(
      'tonle_gateway_payments_total',
      'Payment requests by what became of them',
      ['channel', 'outcome'],
    );
    this.duration = telemetry.histogram(
      'tonle_gateway_payment_answer_seconds',
      'From the request to its answer',
      ['channel', 'outcome'],
      BUCKETS_S,
    );
  }

  async observe(
    channel: Channel,
    trace: string | undefined,
    work: (traceparent: string | undefined) => Promise<TakenPayment | Refusal>,
  ): Promise<TakenPayment | Refusal> {
    const startedAt = this.clock.now();
    const span = this.telemetry.span('gateway.payment', trace, {
      'tonle.channel': channel,
    });
    try {
      const taken = await work(span.traceparent);
      const outcome = outcomeOf(taken);
      span.set('tonle.outcome', outcome);
      if (taken.kind === 'taken') span.set('tonle.payment_id', taken.request.paymentId);
      else span.set('tonle.reason', taken.reason);
      this.count.inc({ channel, outcome });
      this.duration.observe({ channel, outcome }, (this.clock.now() - startedAt) / 1000);
      return taken;
    } catch (error) {
      span.fail(error);
      this.count.inc({ channel, outcome: 'broken' });
      throw error;
    } finally {
      span.end();
    }
  }
}
