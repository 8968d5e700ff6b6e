import { byHalves } from '@tonle/messaging';
import type { Platform } from '@tonle/platform';
import { paymentFields } from '@tonle/telemetry';
import type { News } from './news.handler.js';
import type { PaymentNews } from './payment-news.js';
import { takeUnanswered, type Unanswered } from './request.store.js';
import type { RoutingPayments } from './routing-payments.js';

const BATCH_MAX = 500;
const WAIT_MS_MAX = 300_000;

/**
 * Requests whose answer is overdue (decisions 5): routing is asked for them; what it does not know is published again
 * under the same message id, what it has finished is taken in. The broker may lose a record, so a lost one is only late.
 */
export class RepublicationJob<N extends PaymentNews> {
  constructor(
    private readonly host: Pick<Platform, 'database' | 'transport' | 'clock' | 'telemetry'>,
    private readonly routing: RoutingPayments<N>,
    private readonly news: News<N>,
    private readonly answerWithinMs: number,
    private readonly batchMax = BATCH_MAX,
  ) {}

  /** One round; returns how many requests were overdue. */
  async run(): Promise<number> {
    const { database, clock, telemetry } = this.host;
    const wait = { firstMs: this.answerWithinMs, maxMs: WAIT_MS_MAX };
    const due = await takeUnanswered(database, new Date(clock.now()), wait, this.batchMax);
    // One that breaks has its next date already, and keeps nobody else from being asked about.
    await byHalves(
      due,
      (part) => this.askAgain(part),
      ({ paymentId }, cause) =>
        telemetry.log.error(
          { err: cause, ...paymentFields(paymentId, undefined) },
          'a request cannot be asked about',
        ),
    );
    return due.length;
  }

  private async askAgain(due: readonly Unanswered[]): Promise<void> {
    const { transport, telemetry } = this.host;
    const known = await this.routing.ask(due.map(({ paymentId }) => paymentId));
    await this.news.take([...known.values()]);
    const lost = due.filter(({ paymentId }) => !known.has(paymentId));
    if (lost.length === 0) return;
    telemetry.log.warn({ count: lost.length }, 'publishing unanswered requests again');
    await transport.publish(lost.map(({ record }) => record));
  }
}
