import { TryLater, type InboundRecord } from '@tonle/messaging';
import { bodiesOf, TERMINAL_STATES, type PaymentEventMessage } from '@tonle/contracts';
import { type Directory } from '@tonle/directory';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import { withCutOff } from '../window/window-calendar.js';
import type { OpenWindow } from '../window/window.js';
import { insertWindowLines, openWindows } from '../window/window.store.js';
import { insertPaymentRecords } from './payment-record.store.js';

/** Notes what ended and fills the windows: one transaction a batch, the same batch twice changes nothing. */
export class PaymentEventHandler {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly clock: Clock,
  ) {}

  async handle(records: readonly InboundRecord[]): Promise<void> {
    await this.take(bodiesOf(records, 'payment.event'));
  }

  /** Events from wherever. Throws TryLater while the directory does not know a window's calendar. */
  async take(told: readonly PaymentEventMessage[]): Promise<void> {
    const ended = new Map<string, PaymentEventMessage>();
    for (const event of told) {
      if (TERMINAL_STATES.has(event.state)) ended.set(event.paymentId, event);
    }
    if (ended.size === 0) return;
    const events = [...ended.values()];
    const windows = this.windowsOf(events);
    const knownAt = new Date(this.clock.now());
    await this.database.transaction(async (transaction) => {
      const [fresh] = await Promise.all([
        insertPaymentRecords(transaction, events, knownAt),
        openWindows(transaction, windows),
      ]);
      await insertWindowLines(
        transaction.last,
        events.filter((event) => fresh.has(event.paymentId)),
      );
    });
  }

  private windowsOf(events: readonly PaymentEventMessage[]): OpenWindow[] {
    const byId = new Map<string, OpenWindow>();
    for (const window of events.flatMap((event) => event.windows)) {
      if (byId.has(window.windowId)) continue;
      const known = withCutOff(window, this.directory);
      if (known === undefined) throw new TryLater(`the calendar of ${window.partner} has not arrived yet`);
      byId.set(window.windowId, known);
    }
    return [...byId.values()];
  }
}
