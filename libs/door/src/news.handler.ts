import { TERMINAL_STATES } from '@tonle/contracts';
import type { InboundRecord } from '@tonle/messaging';
import type { Platform } from '@tonle/platform';
import type { Queryable } from '@tonle/persistence';
import { isFinal } from './instruction.js';
import type { NewsForm, PaymentNews } from './payment-news.js';
import { requestsById } from './request-list.store.js';
import { recordNews } from './request.store.js';
import type { WaitingCallers } from './waiting-callers.js';

export type NewsHost = Pick<Platform, 'service' | 'instance' | 'database' | 'shared' | 'telemetry'>;

/**
 * Writes what else all news mean, in the transaction that takes them in; its one statement is the last. What it resolves to is called
 * after the commit.
 */
export type NewsWriter<N extends PaymentNews> = (
  transaction: Queryable,
  news: readonly N[],
) => Promise<() => void>;

/** Takes in what is told of payments: own rows first, then the callers that wait here or at another instance. */
export class News<N extends PaymentNews> {
  constructor(
    private readonly host: NewsHost,
    private readonly form: NewsForm<N>,
    private readonly waiting: WaitingCallers<N>,
    /** Is told of payments that completed, once of each. */
    private readonly completed: (news: readonly N[]) => void = () => undefined,
    /** From when on their senders are told of ends; absent: they are not. */
    private readonly noticeAt: () => Date | undefined = () => undefined,
    private readonly alongside?: NewsWriter<N>,
  ) {}

  /** A batch of records; those of other types are left to others. */
  async handle(records: readonly InboundRecord[]): Promise<void> {
    await this.take(this.form.read(records));
  }

  /** Durable when it resolves. The later of two of one payment in a batch counts. */
  async take(news: readonly N[]): Promise<void> {
    const last = new Map<string, N>();
    for (const each of news) {
      const known = last.get(each.paymentId);
      if (known === undefined || known.version < each.version) last.set(each.paymentId, each);
    }
    const written = await this.record([...last.values()], news);
    const ends = written.filter(({ state }) => TERMINAL_STATES.has(state));
    for (const end of ends) this.waiting.deliver(end);
    this.completed(ends.filter(({ state }) => state === 'COMPLETED'));
    await this.tellOthers(ends);
  }

  /** An instance was poked, or looks by itself: the own table knows. */
  async look(paymentIds: readonly string[] = this.waiting.paymentIds): Promise<void> {
    for (const request of await requestsById<N>(this.host.database, paymentIds)) {
      if (isFinal(request)) this.waiting.deliver(request.news!);
    }
  }

  /** Listens for pokes of other instances until the returned function is called. */
  async listen(): Promise<() => Promise<void>> {
    const { shared, telemetry, service, instance } = this.host;
    const poked = (message: string): void => {
      this.look(JSON.parse(message) as string[]).catch((error: unknown) => {
        telemetry.log.warn(
          { err: error },
          'a notification could not be processed; the next poll will find it',
        );
      });
    };
    try {
      return await shared.listen(channelOf(service, instance), poked);
    } catch (error) {
      telemetry.log.warn({ err: error }, 'notifications do not arrive: callers are answered a little later');
      return () => Promise.resolve();
    }
  }

  private async record(last: readonly N[], all: readonly N[]): Promise<N[]> {
    const { alongside, host, form } = this;
    if (alongside === undefined) return recordNews(host.database, form, last, this.noticeAt());
    const [written, committed] = await host.database.transaction((transaction) =>
      Promise.all([recordNews(transaction, form, last, this.noticeAt()), alongside(transaction.last, all)]),
    );
    committed();
    return written;
  }

  private async tellOthers(ends: readonly N[]): Promise<void> {
    const { shared, telemetry, service, instance: self } = this.host;
    const byInstance = new Map<string, string[]>();
    for (const { replyTo, paymentId } of ends) {
      if (replyTo.service !== service || replyTo.instance === self) continue;
      byInstance.set(replyTo.instance, [...(byInstance.get(replyTo.instance) ?? []), paymentId]);
    }
    for (const [instance, paymentIds] of byInstance) {
      await shared
        .publish(channelOf(service, instance), JSON.stringify(paymentIds))
        .catch((error: unknown) => {
          // Only time is lost: the waiting instance looks into its own table.
          telemetry.log.warn({ err: error, instance }, 'another instance could not be notified');
        });
    }
  }
}

/** Where an instance hears that payments of its callers have ended. Only ids travel: the own table is believed. */
function channelOf(service: string, instance: string): string {
  return `${service}:reply:${instance}`;
}
