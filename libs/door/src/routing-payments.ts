import { routingCalls } from '@tonle/contracts';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import type { NewsForm, PaymentNews } from './payment-news.js';

/** Open payments live at routing: this asks how they stand (decisions 14). */
export class RoutingPayments<N extends PaymentNews> {
  constructor(
    private readonly calls: ServiceCalls,
    private readonly form: NewsForm<N>,
  ) {}

  /** What routing knows, by payment id. Empty while routing is away: what is known here must do. */
  async ask(paymentIds: readonly string[]): Promise<ReadonlyMap<string, N>> {
    if (paymentIds.length === 0) return new Map();
    try {
      const { payments } = await this.calls.call(routingCalls.payments, { paymentIds: [...paymentIds] });
      return new Map(payments.map((view) => [view.paymentId, this.form.ofView(view)]));
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      return new Map();
    }
  }
}
