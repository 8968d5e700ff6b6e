import type { Telemetry } from '@tonle/telemetry';
import type { DeliveryWrite } from './delivery.store.js';

const RESULTS = ['delivered', 'to_retry', 'given_up'] as const;

/** Counts of what is sent to endpoints; which of them, operators ask GET /v1/ops/webhook-endpoints. */
export class WebhookMetrics {
  private readonly deliveries;
  private readonly disabledEndpoints;
  private readonly oldest;

  constructor(telemetry: Telemetry) {
    this.deliveries = telemetry.counter(
      'tonle_webhook_deliveries_total',
      'Attempts to deliver webhooks by what came of them',
      ['result'],
      RESULTS.map((result) => ({ result })),
    );
    this.disabledEndpoints = telemetry.counter(
      'tonle_webhook_endpoints_disabled_total',
      'Webhook endpoints that were disabled, since they said that they are gone, or took nothing for days',
      ['because'],
      [{ because: 'gone' }, { because: 'failing' }],
    );
    this.oldest = telemetry.gauge(
      'tonle_webhook_oldest_seconds',
      'How long the oldest event has waited for an active webhook endpoint to take it',
    );
    this.oldest.set(0);
  }

  sent(writes: readonly DeliveryWrite[]): void {
    for (const { state, attempts } of writes)
      if (attempts.length > 0)
        this.deliveries.inc({
          result: state === 'delivered' ? 'delivered' : state === 'failed' ? 'given_up' : 'to_retry',
        });
  }

  disabled(because: 'gone' | 'failing'): void {
    this.disabledEndpoints.inc({ because });
  }

  waiting(seconds: number): void {
    this.oldest.set(seconds);
  }
}
