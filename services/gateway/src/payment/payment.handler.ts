import type { BatchHandler, SharedState } from '@tonle/messaging';
import { paymentEvent, TERMINAL_STATES, type PaymentEventMessage } from '@tonle/contracts';
import type { Database, Queryable } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import { isFinal } from './payment.js';
import { recordEvents, requestsById } from './payment.store.js';
import type { WaitingCallers } from './waiting-callers.js';

const SERVICE = 'gateway';

/** The channel on which an instance hears that payments of its callers have ended. */
export function replyChannel(instance: string): string {
  return `${SERVICE}:reply:${instance}`;
}

/** Takes in what is told of payments: own rows first, then the callers that wait here or at another instance. */
export class PaymentNews {
  constructor(
    private readonly database: Database,
    private readonly shared: SharedState,
    private readonly waiting: WaitingCallers,
    private readonly instance: string,
    private readonly telemetry: Telemetry,
  ) {}

  /** Batches of the public topic. */
  readonly handle: BatchHandler = async (records) => {
    const events = records
      .filter((record) => record.type === 'payment.event')
      .map((record) => paymentEvent.parse(JSON.parse(record.body)));
    await this.take(events);
  };

  /** Durable when it resolves. The later of two events of one payment in a batch counts. */
  async take(events: readonly PaymentEventMessage[]): Promise<void> {
    const last = new Map<string, PaymentEventMessage>();
    for (const event of events) {
      const known = last.get(event.paymentId);
      if (known === undefined || known.version < event.version) last.set(event.paymentId, event);
    }
    const news = await this.record([...last.values()]);
    const final = news.filter((event) => TERMINAL_STATES.has(event.state));
    for (const event of final) this.waiting.deliver(event);
    await this.#tellOthers(final);
  }

  /** An instance was poked, or looks by itself: the own table knows. */
  async look(paymentIds: readonly string[]): Promise<void> {
    for (const request of await requestsById(this.database, paymentIds)) {
      if (isFinal(request)) this.waiting.deliver(request.event!);
    }
  }

  private record(
    events: readonly PaymentEventMessage[],
    database: Queryable = this.database,
  ): Promise<PaymentEventMessage[]> {
    // Rows in one order for all instances, so that two batches cannot lock each other out.
    return recordEvents(
      database,
      [...events].sort((a, b) => (a.paymentId < b.paymentId ? -1 : 1)),
    );
  }

  async #tellOthers(final: readonly PaymentEventMessage[]): Promise<void> {
    const byInstance = new Map<string, string[]>();
    for (const { replyTo, paymentId } of final) {
      if (replyTo.service !== SERVICE || replyTo.instance === this.instance) continue;
      byInstance.set(replyTo.instance, [...(byInstance.get(replyTo.instance) ?? []), paymentId]);
    }
    for (const [instance, paymentIds] of byInstance) {
      await this.shared
        .publish(replyChannel(instance), JSON.stringify(paymentIds))
        .catch((error: unknown) => {
          // Only time is lost: the waiting instance looks into its own table.
          this.telemetry.log.warn({ err: error, instance }, 'another instance could not be poked');
        });
    }
  }
}
