import { ServiceUnavailable, type EventTransport, type ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { routingCalls, type PaymentView } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import type { PaymentNews } from './payment.handler.js';
import { takeUnanswered } from './payment.store.js';

const BATCH_MAX = 500;
const WAIT_MS_MAX = 300_000;

/**
 * Requests whose answer is overdue (decisions 5): routing is asked for them; what it does not know is published again
 * under the same message id, what it has finished is taken in. The broker may lose a record, so a lost one is only late.
 */
export class UnansweredJob {
  constructor(
    private readonly database: Database,
    private readonly transport: EventTransport,
    private readonly calls: ServiceCalls,
    private readonly clock: Clock,
    private readonly news: PaymentNews,
    private readonly answerWithinMs: number,
    private readonly telemetry: Telemetry,
  ) {}

  /** One round; returns how many requests were overdue. */
  async run(): Promise<number> {
    const wait = { firstMs: this.answerWithinMs, maxMs: WAIT_MS_MAX };
    const due = await takeUnanswered(this.database, new Date(this.clock.now()), wait, BATCH_MAX);
    if (due.length === 0) return 0;
    const known = await this.#ask(due.map((each) => each.paymentId));
    await this.news.take([...known.values()]);
    const lost = due.filter((each) => !known.has(each.paymentId));
    if (lost.length > 0) {
      this.telemetry.log.warn({ count: lost.length }, 'publishing unanswered requests again');
      await this.transport.publish(lost.map((each) => each.record));
    }
    return due.length;
  }

  async #ask(paymentIds: readonly string[]): Promise<ReadonlyMap<string, PaymentView>> {
    try {
      const { payments } = await this.calls.call(routingCalls.payments, { paymentIds: [...paymentIds] });
      return new Map(payments.map((payment) => [payment.paymentId, payment]));
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      return new Map();
    }
  }
}
